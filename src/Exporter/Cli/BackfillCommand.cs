using System.CommandLine;
using Exporter.Backfill;
using Exporter.Configuration;
using Exporter.Hosting;
using Exporter.Network;
using Microsoft.Data.Sqlite;

namespace Exporter.Cli;

/// <summary>
/// The command <c>backfill</c>: writes past values as OpenMetrics text for <c>promtool tsdb create-blocks-from openmetrics</c>.
/// </summary>
internal static class BackfillCommand
{
    public static Command Create(Flags flags, Surroundings surroundings)
    {
        var own = new BackfillFlags();
        var command = new Command("backfill", "Writes past values as OpenMetrics text for promtool tsdb create-blocks-from openmetrics.")
        {
            flags.ConfigFile,
            flags.StoragePath,
            own.Source,
            own.From,
            own.To,
            own.Every,
            own.Automations,
            own.Labels,
            own.Output,
            flags.Demo,
            flags.DemoSpeed,
            flags.DemoSeed,
        };
        command.SetAction(
            async (parsed, cancellation) =>
            {
                var now = surroundings.Time.GetUtcNow();
                var (asked, request) = (flags.DemoOf(parsed), own.RequestOf(parsed, flags.StoragePathOf(parsed), now));
                if (FindProblem(request, asked is not null) is { } problem)
                {
                    await surroundings.Error.WriteLineAsync(problem);
                    return ExitCode.BadConfiguration;
                }

                return await ApiCommand.RunAsync(
                    asked,
                    parsed.GetValue(flags.ConfigFile),
                    surroundings,
                    (read, demo) => RunAsync(read, demo, request, own.NoteOf(parsed, request, now), surroundings, cancellation),
                    cancellation
                );
            }
        );
        return command;
    }

    /// <returns>An error text about flags that contradict each other, or <see langword="null"/>.</returns>
    private static string? FindProblem(BackfillRequest request, bool isDemo)
    {
        if (request.Source == BackfillOrigin.World && !isDemo)
        {
            return "--source=world: only the simulated world of --demo knows its past";
        }

        return request.Last < request.First
            ? $"--from {request.First:yyyy-MM-dd} is later than the last day to write, {request.Last:yyyy-MM-dd}"
            : null;
    }

    /// <returns>An error text about an output that must stay as it is, or <see langword="null"/>.</returns>
    private static string? FindProblem(BackfillRequest request, ConfigurationResult read, Func<string, string?> environment)
    {
        // A server of the same environment has more files than this command reads.
        var web = WebAccessReader.Load(environment(EnvironmentFlags.NameOf("--web.config.file")), environment);
        var kept = new KeptFiles(
            [
                .. read.Files.Concat(web.Files).Select(static file => file.Path),
                .. new[] { environment(CertificateFile.Variable) }.Where(static file => !string.IsNullOrEmpty(file)).OfType<string>(),
            ],
            request.StoragePath
        );
        return OutputFile.TouchedBy(request.Output).Select(kept.Describe).FirstOrDefault(static what => what is not null) is { } kind
            ? $"--output={request.Output}: {kind}; it would be lost"
            : null;
    }

    private static async Task<int> RunAsync(
        ConfigurationResult read,
        Demo? demo,
        BackfillRequest request,
        string? note,
        Surroundings surroundings,
        CancellationToken cancellation
    )
    {
        try
        {
            if (FindProblem(request, read, surroundings.Environment) is { } problem)
            {
                await surroundings.Error.WriteLineAsync(problem);
                return ExitCode.BadConfiguration;
            }

            if (note is not null)
            {
                await surroundings.Error.WriteLineAsync(note);
            }

            var options = read.Options!;
            using var output = OutputFile.Open(request.Output);
            var gaps = new BackfillGaps();
            using var store = request.Source == BackfillOrigin.Store ? StoreBackfillSource.Open(request, gaps) : null;
            var series = request.Source switch
            {
                BackfillOrigin.World => Simulated(demo!, request, gaps),
                BackfillOrigin.Store => store is null ? [] : StoreBackfillSource.Read(store, options, request, gaps),
                _ => await AskedAsync(options, request, output?.Progress, gaps, surroundings, cancellation),
            };
            foreach (var gap in gaps.Lines)
            {
                await surroundings.Error.WriteLineAsync(gap);
            }

            if (gaps.MayBeMended && output is not null)
            {
                await surroundings.Error.WriteLineAsync(
                    output.Progress is { } kept
                        ? $"{request.Output} is not written; {kept} keeps the data that was fetched, and the same command continues from "
                            + "there."
                        : $"{request.Output} is not written."
                );
                return ExitCode.CheckFailed;
            }

            if (series.Count == 0 && output is not null)
            {
                // An earlier run may have written what this one did not find, or could not use. Another one has nothing to continue.
                output.DropProgress();
                await surroundings.Error.WriteLineAsync($"{request.Output} is not written, as there is nothing to write.");
                return ExitCode.CheckFailed;
            }

            var samples = output is null
                ? BackfillWriter.Write(surroundings.Data, series, request.Labels)
                : output.Write(writer => BackfillWriter.Write(writer, series, request.Labels));
            if (output is null && !surroundings.OutputHasReader())
            {
                // The reader has left before the end, and knows that.
                return ExitCode.CheckFailed;
            }

            await surroundings.Error.WriteLineAsync($"{series.Count} series, {samples} samples.");
            return gaps.Count == 0 && series.Count > 0 ? ExitCode.Good : ExitCode.CheckFailed;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SqliteException)
        {
            await surroundings.Error.WriteLineAsync($"error: {CommandLine.Describe(e)}");
            return ExitCode.CheckFailed;
        }
    }

    private static async Task<List<BackfillSeries>> AskedAsync(
        ExporterOptions options,
        BackfillRequest request,
        string? progress,
        BackfillGaps gaps,
        Surroundings surroundings,
        CancellationToken cancellation
    )
    {
        using var http = surroundings.CreateApiClient();
        using var done = BackfillProgress.Open(request, progress);
        var wanted = new AutomationFilter(request.Automations);
        var keys = ApiCommand.Keys(options, surroundings);
        var asked = new ApiBackfillSource(options.Poll, request, wanted, done, gaps, keys, surroundings.Time);
        return await asked.AskAsync(http, options.Accounts, () => ProgressDisplay.On(surroundings.Error), cancellation);
    }

    private static List<BackfillSeries> Simulated(Demo demo, BackfillRequest request, BackfillGaps gaps) =>
        demo.Past.Between(Midnight(request.First), request.Until, new AutomationFilter(request.Automations), gaps);

    private static DateTimeOffset Midnight(DateOnly day) => new(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
}
