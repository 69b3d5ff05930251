using Exporter.Disk;
using Exporter.Snapshots;
using Exporter.Telemetry;
using Exporter.Web;

namespace Exporter.Configuration.Reload;

/// <summary>Reads the configuration again. A good one is put in force whole; a bad one changes nothing and is told everywhere.</summary>
/// <param name="source">Where it is read from.</param>
/// <param name="first">What was read of it at the start, and is in force.</param>
/// <param name="apply">Gives every room its part; it does not fail.</param>
/// <param name="store">What the pages and metrics say.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">For the operator.</param>
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
    /// A file that is being written is read when it has been the same for this long: half a file may be a good one that lists half.
    /// </summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(1);

    /// <summary>Readings of one reload, when files change during each: what comes then is left to the next one.</summary>
    private const int MostReadings = 5;

    /// <summary>Looks at files that are being written. One that never rests is read as it is.</summary>
    private const int MostLooks = 3;

    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>Is told of each reload; what it returns is disposed of at the end.</summary>
    public Func<IDisposable?> Reloading { get; init; } = static () => null;

    /// <summary>The program stops: no file is waited for any more.</summary>
    public CancellationToken Stopping { get; init; }

    /// <summary>What is pushed is decided at the start.</summary>
    private readonly OtlpOptions _pushed = first.Options!.Otlp;

    /// <summary>
    /// The files exactly as the last reading found them, so that a change at any moment since, while they were being applied too, is one.
    /// </summary>
    private IReadOnlyList<FileSeen> _files = first.Files;

    /// <summary>
    /// Whether a file holds something else than when it was last read. While the last reading is refused, it is worth another one: a key
    /// file may have come.
    /// </summary>
    public bool HasChanged => !store.Current.IsLastReadInForce || DiffersFrom(_files);

    /// <summary>What the pages say of a configuration that is in force from the start.</summary>
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

    /// <summary>Reads and, if all is good, applies; and does so again while files have changed meanwhile.</summary>
    /// <param name="because">What the log says.</param>
    /// <param name="isAsked">Whether somebody asked for it, who wants to be told what is wrong, known or not.</param>
    public async Task<ConfigurationState> ReloadAsync(string because, bool isAsked)
    {
        await _turn.WaitAsync();
        try
        {
            using var told = Reloading();
            var state = await ReadAsync(because, isAsked);
            for (var readings = 1; readings < MostReadings && !Stopping.IsCancellationRequested && DiffersFrom(_files); readings++)
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

    /// <summary>Waits until nobody is writing the files any more, for a few seconds.</summary>
    public async Task SettledAsync(CancellationToken stopping)
    {
        for (var (looks, isSettled) = (0, false); looks < MostLooks && !isSettled && !stopping.IsCancellationRequested; looks++)
        {
            var seen = Inspect(_files);
            await Task.Delay(Settling, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            isSettled = !DiffersFrom(seen);
        }
    }

    public void Dispose() => _turn.Dispose();

    private async Task<ConfigurationState> ReadAsync(string because, bool isAsked)
    {
        var now = Moment.Now(time);
        var before = store.Current;
        var read = await Task.Run(source.Load);
        var next = before with
        {
            LastRead = now,
            Warnings = [.. read.Warnings.Select(warning => warning.ToString())],
            Problems = [.. read.Problems.Select(problem => problem.ToString())],
        };
        _files = read.Files;
        if (read.IsGood)
        {
            await apply(read.Options);
            next = Initial(before.Source, read with { Options = read.Options with { Otlp = _pushed } }, now);
        }

        LogChanges(isAsked ? [] : before.Problems, before, next, because);
        store.Replace(next);
        return next;
    }

    private static bool DiffersFrom(IReadOnlyList<FileSeen> files) => !Inspect(files).SequenceEqual(files);

    private static IReadOnlyList<FileSeen> Inspect(IReadOnlyList<FileSeen> files) =>
        [.. files.Select(file => file with { Digest = OperatorFile.Digest(file.Path) })];

    /// <summary>The same problems again are no news.</summary>
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
        "The configuration is bad, so the one before stays in force; after a restart the program would not run."
    )]
    private static partial void LogRefused(ILogger logger, string because, string problem);

    [LoggerMessage(LogLevel.Warning, "The configuration was accepted with a warning.")]
    private static partial void LogDoubtful(ILogger logger, string warning);
}
