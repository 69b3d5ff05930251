using Exporter.Configuration;
using Exporter.Configuration.Reload;
using Exporter.Hosting;
using Exporter.SendGrid;
using Exporter.Telemetry;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Exporter.Cli;

/// <summary>Runs the commands that query the real API once and print a table.</summary>
internal static class ApiCommand
{
    /// <summary>Runs a command on the demo's configuration or on the one that was named.</summary>
    /// <returns>The command's exit code, or that of a bad configuration, whose problems have been printed.</returns>
    public static Task<int> RunAsync(
        DemoOptions? demo,
        string? file,
        Surroundings surroundings,
        Func<ExporterOptions, Task<int>> command,
        CancellationToken cancellation
    ) => RunAsync(demo, file, surroundings, (options, _) => command(options), cancellation);

    /// <summary>Does the same for a command that needs more of the demo than SendGrid's API offers.</summary>
    public static async Task<int> RunAsync(
        DemoOptions? demo,
        string? file,
        Surroundings surroundings,
        Func<ExporterOptions, Demo?, Task<int>> command,
        CancellationToken cancellation
    )
    {
        await using var simulated = demo is null ? null : await Demo.StartAsync(demo, surroundings, cancellation);
        return
            (
                simulated?.Options
                ?? ConfigurationReport.Read(ReloadSource.Create(file, surroundings.Environment), surroundings.Error).Options
            )
                is { } options
            ? await command(options, simulated)
            : ExitCode.BadConfiguration;
    }

    public static SendGridClient Client(HttpClient http, ApiOptions account, TimeProvider time) =>
        new(http, account, new Instruments().ForAccount(account: null), time);

    public static void Print(TextWriter output, IEnumerable<string> columns, IEnumerable<IReadOnlyList<string>> rows)
    {
        var table = new Table { Border = TableBorder.Simple };
        foreach (var column in columns)
        {
            table.AddColumn(new TableColumn(new Text(column)));
        }

        foreach (var row in rows)
        {
            table.AddRow(row.Select(IRenderable (cell) => new Text(cell)));
        }

        var console = AnsiConsole.Create(
            new AnsiConsoleSettings
            {
                Out = new AnsiConsoleOutput(output),
                Ansi = AnsiSupport.No,
                ColorSystem = ColorSystemSupport.NoColors,
            }
        );
        // In a file or a pipe a row is one line, however long.
        console.Profile.Width = Console.IsOutputRedirected ? 500 : console.Profile.Width;
        console.Write(table);
    }
}
