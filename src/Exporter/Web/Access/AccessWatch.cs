using Exporter.Disk;
using Exporter.Telemetry;

namespace Exporter.Web.Access;

/// <summary>
/// Holds the access rules in force and reads them again when the content of one of their files changes: a renewed certificate serves the
/// next connection, a changed password applies to the next request. A bad new file changes nothing and is reported.
/// </summary>
/// <param name="first">The rules to begin with.</param>
/// <param name="read">Reads the files again.</param>
/// <param name="digest">Returns a short digest of a file's content.</param>
internal sealed partial class AccessWatch(
    WebConfigResult first,
    Func<WebConfigResult> read,
    Func<string, string> digest,
    WebConfigInstruments instruments,
    TimeProvider time,
    ILogger<AccessWatch> logger
) : BackgroundService
{
    /// <summary>
    /// The time between two checks. The files are small, and their content is compared: the times of symbolic links show nothing.
    /// </summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private volatile WebAccess _current = first.Access!;
    private FilesSeen _asRead = new(first.Files);
    private FilesSeen _asSeen = FilesSeen.None;

    public WebAccess Current => _current;

    /// <summary>Why the files on disk are not in force; <see langword="null"/> when they are.</summary>
    public string? Problem { get; private set; }

    /// <summary>
    /// Checks the files and reads them again once two checks in a row find the same new content. So a certificate is never read between its
    /// replacement and that of its key.
    /// </summary>
    public void CheckFiles()
    {
        var before = _asSeen;
        _asSeen = _asRead.Again(digest);
        if (!_asSeen.Equals(before) || _asSeen.Equals(_asRead))
        {
            return;
        }

        var reading = read();
        _asRead = new FilesSeen(reading.Files);
        Problem = reading.Access is { } next ? _current.WhyNot(next) : string.Join("; ", reading.Problems);
        if (Problem is { } problem)
        {
            instruments.RecordFailure();
            LogKept(logger, problem);
            return;
        }

        _current = reading.Access!;
        instruments.Loaded(EndOfCertificate);
        LogTaken(logger);
    }

    private DateTimeOffset? EndOfCertificate => _current.Tls?.Certificate.TargetCertificate.NotAfter;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!_asRead.IsEmpty)
        {
            instruments.Loaded(EndOfCertificate);
        }

        while (!_asRead.IsEmpty && !stoppingToken.IsCancellationRequested)
        {
            CheckFiles();
            await Task.Delay(Pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(LogLevel.Information, "The files of --web.config.file have changed and are in force.")]
    private static partial void LogTaken(ILogger logger);

    [LoggerMessage(LogLevel.Error, "The files of --web.config.file have changed and cannot be used; the previous rules stay in force.")]
    private static partial void LogKept(ILogger logger, string problem);
}
