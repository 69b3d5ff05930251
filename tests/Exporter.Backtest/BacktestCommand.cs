using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Exporter.Engines;
using Simulator;

namespace Exporter.Backtest;

/// <summary>One command from seeds to a table.</summary>
internal static class BacktestCommand
{
    private static readonly Option<string> Seeds = new("--seeds")
    {
        Description = "worlds to try, such as 1-4,9",
        DefaultValueFactory = _ => "1",
    };
    private static readonly Option<double> Days = new("--days")
    {
        Description = "length of each world; faults come from day 31 to eight days before the end",
        DefaultValueFactory = _ => 77,
    };
    private static readonly Option<int> Automations = new("--automations")
    {
        Description = "automations of each world, about 20 links each",
        DefaultValueFactory = _ => 5,
    };
    private static readonly Option<string> Recipe = new("--recipe")
    {
        Description = "rough, or strange: the second recipe, on which nothing is tuned",
        DefaultValueFactory = _ => "rough",
    };
    private static readonly Option<Disturbances[]> Without = new("--without")
    {
        Description = "leaves disturbances out of rough worlds",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => [],
    };
    private static readonly Option<int> Jobs = new("--jobs")
    {
        Description = "worlds at the same time; each needs two cores and 2 GB now and then",
        DefaultValueFactory = _ => 1,
    };
    private static readonly Option<string> Rules = new("--rules")
    {
        Description = "directory of the rule files",
        DefaultValueFactory = _ => Engine.RulesDirectory,
    };
    private static readonly Option<string> On = new("--engine")
    {
        Description = "which Prometheus evaluates: prometheus-2, or prometheus-3, which tests/engines.sh fetches",
        DefaultValueFactory = _ => EngineKind.Prometheus2.Folder,
    };

    private static readonly Option<string?> Keep = new("--keep")
    {
        Description = "keep each world's Prometheus data below this directory, to look at",
    };

    public static RootCommand Create()
    {
        var command = new RootCommand(
            "Runs the alert rules over months of simulated accounts with a real Prometheus, and holds the alerts against what happened."
        )
        {
            Seeds,
            Days,
            Automations,
            Recipe,
            Without,
            Jobs,
            Rules,
            On,
            Keep,
        };
        command.SetAction(RunAsync);
        command.Subcommands.Add(LookCommand.Create(Seeds, Days, Automations));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken ct)
    {
        var output = arguments.InvocationConfiguration.Output;
        var total = Tally.None;
        using var telling = new SemaphoreSlim(1);
        try
        {
            var parallel = new ParallelOptions { MaxDegreeOfParallelism = arguments.GetValue(Jobs), CancellationToken = ct };
            await Parallel.ForEachAsync(
                SeedsIn(arguments.GetValue(Seeds)!),
                parallel,
                async (seed, stop) =>
                {
                    var watch = Stopwatch.StartNew();
                    var disturbances = arguments.GetValue(Without)!.Aggregate(Disturbances.All, (all, one) => all & ~one);
                    var trial = new Trial(
                        seed,
                        arguments.GetValue(Days),
                        arguments.GetValue(Automations),
                        arguments.GetValue(Recipe)!,
                        disturbances
                    );
                    var kind = EngineKind.Named(arguments.GetValue(On)!);
                    var tally = await TryAsync(trial, arguments.GetValue(Rules)!, kind, arguments.GetValue(Keep), stop);
                    await telling.WaitAsync(stop);
                    total += tally;
                    await output.WriteLineAsync(
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"seed {seed}: {trial.Links} links, {trial.Script.Faults.Count} faults, {tally.LinkWeeks:F0} fault-free "
                                + $"link-weeks, {watch.Elapsed.TotalSeconds:F0} s"
                        )
                    );
                    foreach (var line in Report.Details(tally))
                    {
                        await output.WriteLineAsync(line);
                    }

                    telling.Release();
                }
            );
        }
        catch (Exception e) when (ct.IsCancellationRequested && e is OperationCanceledException or InvalidOperationException)
        {
            // A terminal interrupts promtool at the same time, which then ends badly.
            await output.WriteLineAsync("Interrupted: what follows is of the worlds above.");
        }

        foreach (var line in Report.Tables(total))
        {
            await output.WriteLineAsync(line);
        }

        return 0;
    }

    private static async Task<Tally> TryAsync(Trial trial, string rules, EngineKind kind, string? keep, CancellationToken ct)
    {
        var directory = keep is null
            ? Directory.CreateTempSubdirectory("backtest-").FullName
            : Directory.CreateDirectory(Path.Combine(keep, trial.Seed.ToString(CultureInfo.InvariantCulture))).FullName;
        try
        {
            return Tally.Of(trial, await Evaluation.RunAsync(trial, RuleSet.Read(rules), directory, ct, kind: kind));
        }
        finally
        {
            if (keep is null)
            {
                Directory.Delete(directory, recursive: true);
            }
        }
    }

    /// <summary><c>1-3,9</c> is 1, 2, 3 and 9.</summary>
    internal static IEnumerable<long> SeedsIn(string text) =>
        from part in text.Split(',')
        let ends = part.Split('-')
        from seed in Enumerable.Range(
            int.Parse(ends[0], CultureInfo.InvariantCulture),
            int.Parse(ends[^1], CultureInfo.InvariantCulture) - int.Parse(ends[0], CultureInfo.InvariantCulture) + 1
        )
        select (long)seed;
}
