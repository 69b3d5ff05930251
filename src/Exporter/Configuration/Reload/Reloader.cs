using Exporter.Disk;
using Exporter.Snapshots;
using Exporter.Telemetry;
using Exporter.Web;

namespace Exporter.Configuration.Reload;

/// <summary>
/// Reads the configuration again. A good one takes effect as a whole; a bad one changes nothing and is reported in the log, on the pages
/// and in the metrics.
/// </summary>
/// <param name="source">Reads the configuration.</param>
/// <param name="first">The configuration that was read at the start and is in force.</param>
/// <param name="apply">Gives every room its part; it does not fail.</param>
/// <param name="store">Holds the state that pages and metrics show.</param>
internal sealed partial class Reloader(
    ReloadSource source,
    ConfigurationResult first,
    Func<ExporterOptions, Task> apply,
    ConfigurationStore store,
    TimeProvider time,
    ILogger<Reloader> logger
) : IDisposable
{
    /// <summary>
    /// A file that is being written is read after it has stayed the same for this long: half a file may be a valid one with half of its
    /// lists.
    /// </summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(1);

    /// <summary>The number of readings in one reload when files change during each of them; the next reload reads later changes.</summary>
    private const int MostReadings = 5;

    /// <summary>The number of checks whether a file is still being written; after them it is read as it is.</summary>
    private const int MostLooks = 3;

    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>Called at each reload; its result is disposed of when the reload ends.</summary>
    public Func<IDisposable?> Reloading { get; init; } = static () => null;

    /// <summary>Canceled when the program stops: it then no longer waits for files.</summary>
    public CancellationToken Stopping { get; init; }

    /// <summary>The warning of a reload with other push settings than those of the start.</summary>
    public const string OtlpUnchanged = "otlp: a change takes effect at the next start; until then the settings of the last start hold";

    /// <summary>The push settings, which only a start changes.</summary>
    private readonly OtlpOptions _pushed = first.Options!.Otlp;

    /// <summary>
    /// The files exactly as the last reading found them, so that any change since then counts, even one while they were being applied.
    /// </summary>
    private FilesSeen _files = new(first.Files);

    /// <summary>
    /// Reads the files to see whether the content of one has changed since it was last read. Also true while the last configuration is
    /// refused: a missing key file may have appeared.
    /// </summary>
    public bool ReadWhetherChanged() => !store.Current.IsLastReadInForce || !_files.Again().Equals(_files);

    /// <summary>Returns the state to show for the configuration that is in force from the start.</summary>
    public static ConfigurationState Initial(string source, ConfigurationResult read, Moment now) =>
        new()
        {
            Source = source,
            Yaml = ConfigurationWriter.Write(read.Options!),
            Web = read.Options!.Web,
            InForceSince = now,
            LastRead = now,
            Warnings = [.. read.Warnings.Select(warning => warning.ToString())],
        };

    /// <summary>Reads the configuration and applies it if it is good; repeats this when files have changed meanwhile.</summary>
    /// <param name="because">The trigger, for the log.</param>
    /// <param name="isAsked">Whether a user asked for the reload; the log then shows all problems, even known ones.</param>
    public async Task<ConfigurationState> ReloadAsync(string because, bool isAsked)
    {
        await _turn.WaitAsync();
        try
        {
            using var told = Reloading();
            var state = await ReadAsync(because, isAsked);
            for (
                var readings = 1;
                readings < MostReadings && !Stopping.IsCancellationRequested && !_files.Again().Equals(_files);
                readings++
            )
            {
                await SettledAsync(Stopping);
                state = await ReadAsync(because, isAsked: false);
            }

            return state;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Waits, for a few seconds at most, until the files are no longer being written.</summary>
    public async Task SettledAsync(CancellationToken stopping)
    {
        for (var (looks, isSettled) = (0, false); looks < MostLooks && !isSettled && !stopping.IsCancellationRequested; looks++)
        {
            var seen = _files.Again();
            await Task.Delay(Settling, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            isSettled = seen.Again().Equals(seen);
        }
    }

    public void Dispose() => _turn.Dispose();

    private async Task<ConfigurationState> ReadAsync(string because, bool isAsked)
    {
        var now = Moment.Now(time);
        var before = store.Current;
        var (read, good) = await Task.Run(() => Candidate(now));
        var next = before with
        {
            LastRead = now,
            Warnings = [.. read.Warnings.Select(warning => warning.ToString())],
            Problems = [.. read.Problems.Select(problem => problem.ToString())],
        };
        _files = new FilesSeen(read.Files);
        if (read.IsGood && good is not null)
        {
            await apply(read.Options);
            next = good with { Source = before.Source };
            if (read.Options.Otlp != _pushed)
            {
                next = next with { Warnings = [.. next.Warnings, OtlpUnchanged] };
            }
        }

        LogChanges(isAsked ? [] : before.Problems, before, next, because);
        store.Replace(next);
        return next;
    }

    /// <summary>Reads the configuration, and prepares the state for a good one: after that nothing about it can fail.</summary>
    private (ConfigurationResult Read, ConfigurationState? Good) Candidate(Moment now) =>
        ReadingFence.Around(
            () =>
            {
                var read = source.Load();
                var good = read.IsGood ? Initial(source.Name, read with { Options = read.Options with { Otlp = _pushed } }, now) : null;
                return (read, good);
            },
            reason => (new ConfigurationResult(Options: null, [new Problem(source.Name, default, reason)], []), null)
        );

    /// <summary>Logs problems and warnings, but not the same ones twice.</summary>
    private void LogChanges(IReadOnlyList<string> told, ConfigurationState before, ConfigurationState next, string because)
    {
        if (next.IsLastReadInForce)
        {
            LogReloaded(logger, because, next.Source);
        }

        foreach (var problem in next.Problems.Except(told, StringComparer.Ordinal))
        {
            LogRefused(logger, because, problem);
        }

        foreach (var warning in next.Warnings.Except(before.Warnings, StringComparer.Ordinal))
        {
            LogDoubtful(logger, warning);
        }
    }

    [LoggerMessage(LogLevel.Information, "The configuration was reloaded.")]
    private static partial void LogReloaded(ILogger logger, string because, string source);

    [LoggerMessage(
        LogLevel.Error,
        "The configuration is bad, so the previous one stays in force; with the bad one the program would not start."
    )]
    private static partial void LogRefused(ILogger logger, string because, string problem);

    [LoggerMessage(LogLevel.Warning, "A setting of the configuration is doubtful.")]
    private static partial void LogDoubtful(ILogger logger, string warning);
}
