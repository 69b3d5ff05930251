using System.CommandLine;
using System.Diagnostics;
using System.Globalization;

namespace Exporter.Backtest;

/// <summary>Measures what the status page says stands out, on the worlds of the alerts: no Prometheus is needed.</summary>
internal static class LookCommand
{
    private static readonly Option<int> Every = new("--every")
    {
        Description = "minutes from one look to the next",
        DefaultValueFactory = _ => 5,
    };

    public static Command Create(Option<string> seeds, Option<double> days, Option<int> automations)
    {
        var command = new Command(
            "look",
            "Looks at every moment for what stands out on the status page, and holds it against what happened."
        )
        {
            seeds,
            days,
            automations,
            Every,
        };
        command.SetAction(
            async (arguments, ct) =>
            {
                var output = arguments.InvocationConfiguration.Output;
                var total = LookTally.None;
                foreach (var seed in BacktestCommand.SeedsIn(arguments.GetValue(seeds)!).TakeWhile(_ => !ct.IsCancellationRequested))
                {
                    var watch = Stopwatch.StartNew();
                    var trial = new Trial(seed, arguments.GetValue(days), arguments.GetValue(automations));
                    var tally = LookTally.Of(trial, LookEvaluation.Run(trial, TimeSpan.FromMinutes(arguments.GetValue(Every)), ct));
                    total += tally;
                    await output.WriteLineAsync(
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"seed {seed}: {trial.Links} links, {tally.LinkWeeks:F0} link-weeks, {tally.False.Count} false lines, "
                                + $"{watch.Elapsed.TotalSeconds:F0} s"
                        )
                    );
                    foreach (var line in tally.Details())
                    {
                        await output.WriteLineAsync(line);
                    }
                }

                foreach (var line in total.Table())
                {
                    await output.WriteLineAsync(line);
                }
            }
        );
        return command;
    }
}
