using Exporter.Backfill;
using Spectre.Console;

namespace Exporter.Cli;

/// <summary>Shows progress on standard error: a bar on a terminal, lines elsewhere.</summary>
internal static class ProgressDisplay
{
    public static BackfillProgressDisplay On(TextWriter error) => (title, names, work) => RunAsync(title, names, error, work);

    private static async Task RunAsync(string title, IReadOnlyList<string> names, TextWriter error, Func<int, Task> work)
    {
        if (Console.IsErrorRedirected || error is not HarmlessWriter shown || !shown.IsOver(Console.Error))
        {
            foreach (var (number, name) in names.Index())
            {
                await error.WriteLineAsync($"{title}: {number + 1} of {names.Count}, {name}");
                await work(number);
            }

            return;
        }

        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        await console
            .Progress()
            .StartAsync(async progress =>
            {
                var bar = progress.AddTask(Markup.Escape(shown.Line(title)), maxValue: Math.Max(1, names.Count));
                foreach (var (number, name) in names.Index())
                {
                    bar.Description = Markup.Escape(shown.Line($"{title}: {name}"));
                    await work(number);
                    bar.Increment(1);
                }
            });
    }
}
