using Exporter.Disk;
using Exporter.Telemetry;

namespace Exporter.Web.Access;

/// <summary>
/// Holds the access rules in force and reads them anew when one of their files has other content: a renewed certificate serves the next
/// connection, a changed password the next request. A bad new file changes nothing and is reported.
/// </summary>
/// <param name="first">The rules to begin with.</param>
/// <param name="read">Reads the files again.</param>
/// <param name="digest">What a file holds, in a few letters.</param>
/// <param name="instruments">What the metrics say of them.</param>
/// <param name="time">When to look.</param>
/// <param name="logger">For the operator.</param>
internal sealed partial class AccessWatch(
    WebConfigResult first,
    Func<WebConfigResult> read,
    Func<string, string> digest,
    WebConfigInstruments instruments,
    TimeProvider time,
    ILogger<AccessWatch> logger
) : BackgroundService
{
    /// <summary>Between two looks. The files are small, and their content is compared: times of symbolic links tell nothing.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private volatile WebAccess _current = first.Access!;
    private IReadOnlyList<FileSeen> _asRead = first.Files;
    private IReadOnlyList<FileSeen> _asSeen = [];

    public WebAccess Current => _current;

    /// <summary>Why the files on disk are not in force, in words; <see langword="null"/> when they are.</summary>
    public string? Problem { get; private set; }

    /// <summary>
    /// Looks at the files. They are read once two looks have found the same, and it is not what was read last: whoever replaces a
    /// certificate and then its key is not met in between.
    /// </summary>
    public void CheckFiles()
    {
        var before = _asSeen;
        _asSeen = [.. _asRead.Select(file => file with { Digest = digest(file.Path) })];
        if (!_asSeen.SequenceEqual(before) || _asSeen.SequenceEqual(_asRead))
        {
            return;
        }

        var reading = read();
        _asRead = reading.Files;
        Problem = reading.Access switch
        {
            null => string.Join("; ", reading.Problems),
            { Tls: var tls } when tls is null != _current.Tls is null => "TLS is turned on and off by a restart only",
            _ => null,
        };
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
        if (_asRead.Count > 0)
        {
            instruments.Loaded(EndOfCertificate);
        }

        while (_asRead.Count > 0 && !stoppingToken.IsCancellationRequested)
        {
            CheckFiles();
            await Task.Delay(Pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(LogLevel.Information, "The files of --web.config.file have changed and are in force.")]
    private static partial void LogTaken(ILogger logger);

    [LoggerMessage(LogLevel.Error, "The files of --web.config.file have changed and cannot be used; what they said before stays in force.")]
    private static partial void LogKept(ILogger logger, string problem);
}
