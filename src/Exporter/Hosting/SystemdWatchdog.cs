using Exporter.Telemetry;

namespace Exporter.Hosting;

/// <summary>
/// Sends systemd's watchdog signs of life while the poll loops run, by the same rule as <c>/-/healthy</c>. When they stop, it sends none,
/// and systemd restarts the program.
/// </summary>
internal sealed partial class SystemdWatchdog(
    SystemdNotifier notifier,
    Liveness liveness,
    TimeSpan patience,
    TimeProvider time,
    ILogger<SystemdWatchdog> logger
) : BackgroundService
{
    /// <summary>A timer allows 49 days at most; no one waits that long for a dead program.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    /// <summary>Half of the time after which systemd ends a silent program, as sd_watchdog_enabled(3) recommends.</summary>
    private readonly TimeSpan _pause = TimeSpan.FromMilliseconds(Math.Clamp(patience.TotalMilliseconds / 2, 1, Longest.TotalMilliseconds));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var wasAlive = true;
        while (!stoppingToken.IsCancellationRequested)
        {
            var isAlive = liveness.IsAlive;
            if (isAlive)
            {
                notifier.Alive();
            }
            else if (wasAlive && !liveness.HasDied)
            {
                LogSilent(logger);
            }

            wasAlive = isAlive;
            await Task.Delay(_pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(
        LogLevel.Error,
        "A poll loop has stalled, so systemd's watchdog gets no sign of life and restarts the program. Please report it."
    )]
    private static partial void LogSilent(ILogger logger);
}
