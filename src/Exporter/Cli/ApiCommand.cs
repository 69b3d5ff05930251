using Exporter.Configuration;
using Exporter.Configuration.Reload;
using Exporter.Hosting;
using Exporter.SendGrid;
using Exporter.SendGrid.Keys;
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
    ) => RunAsync(demo, file, surroundings, (read, _) => command(read.Options!), cancellation);

    /// <summary>
    /// Does the same for a command that needs more of the demo than SendGrid's API offers, or the files that were read.
    /// </summary>
    public static async Task<int> RunAsync(
        DemoOptions? demo,
        string? file,
        Surroundings surroundings,
        Func<ConfigurationResult, Demo?, Task<int>> command,
        CancellationToken cancellation
    )
    {
        await using var simulated = demo is null ? null : await Demo.StartAsync(demo, surroundings, cancellation);
        var read = simulated is null
            ? ConfigurationReport.Read(ReloadSource.Create(file, surroundings.Environment), surroundings.Error)
            : new ConfigurationResult(simulated.Options, [], []);
        return read.IsGood ? await command(read, simulated) : ExitCode.BadConfiguration;
    }

    /// <summary>Returns what no answer shows: the keys of all accounts, and what receivers and proxies are given to know us by.</summary>
    public static KeyRing Keys(ExporterOptions options, Surroundings surroundings)
    {
        surroundings.Harmless.Learn(options.Otlp);
        return KeyRing.Of(options.Accounts.Select(static account => account.Api.ApiKey), surroundings.Harmless.Proofs);
    }

    /// <param name="keys">See <see cref="Keys"/>.</param>
    public static SendGridClient Client(HttpClient http, ApiOptions account, TimeProvider time, KeyRing keys) =>
        new(http, account, new Instruments().ForAccount(account: null), time, keys);

    public static void Print(TextWriter output, IEnumerable<string> columns, IEnumerable<IReadOnlyList<string>> rows)
    {
        var table = new Table { Border = TableBorder.Simple };
        foreach (var column in columns)
        {
            table.AddColumn(new TableColumn(new Text(column)));
        }

        foreach (var row in rows)
        {
            table.AddRow(row.Select(IRenderable (cell) => new Text(OneLine.From(cell))));
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
