using Exporter.Telemetry;

namespace Exporter.Hosting;

/// <summary>
/// Shows systemd's watchdog that the poll loops turn, by the same judgement as <c>/-/healthy</c>. While they do not, it says nothing, and
/// systemd starts the program anew.
/// </summary>
internal sealed partial class SystemdWatchdog(
    SystemdNotifier notifier,
    Liveness liveness,
    TimeSpan patience,
    TimeProvider time,
    ILogger<SystemdWatchdog> logger
) : BackgroundService
{
    /// <summary>What a timer takes at most is 49 days; nobody waits for a dead program that long.</summary>
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
            else if (wasAlive)
            {
                LogSilent(logger);
            }

            wasAlive = isAlive;
            await Task.Delay(_pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(
        LogLevel.Error,
        "A poll loop has died or stalled, so systemd's watchdog gets no sign of life and starts the program anew. Please report it."
    )]
    private static partial void LogSilent(ILogger logger);
}
