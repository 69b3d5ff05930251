using Spectre.Console;

namespace Exporter.Cli;

/// <summary>Shows on standard error how far something is: a bar on a terminal, lines elsewhere.</summary>
internal static class ProgressDisplay
{
    public static async Task RunAsync<T>(
        string title,
        IReadOnlyCollection<T> items,
        Func<T, string> name,
        TextWriter error,
        Func<T, Task> work
    )
    {
        if (Console.IsErrorRedirected || error is not KeylessWriter shown || !shown.IsOver(Console.Error))
        {
            var number = 0;
            foreach (var item in items)
            {
                await error.WriteLineAsync($"{title}: {++number} of {items.Count}, {name(item)}");
                await work(item);
            }

            return;
        }

        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        await console
            .Progress()
            .StartAsync(async progress =>
            {
                var bar = progress.AddTask(Markup.Escape(title), maxValue: Math.Max(1, items.Count));
                foreach (var item in items)
                {
                    bar.Description = Markup.Escape($"{title}: {name(item)}");
                    await work(item);
                    bar.Increment(1);
                }
            });
    }
}
