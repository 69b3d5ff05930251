using System.Threading.Channels;
using Exporter.Telemetry;

namespace Exporter.Configuration.Reload;

/// <summary>Reloads on SIGHUP, and by itself when the file or a key file holds something else.</summary>
/// <param name="reloader">What reloads.</param>
/// <param name="hangups">An item for each SIGHUP, those before the start too; several may be one.</param>
/// <param name="interval">How often the files are looked at; zero is never.</param>
/// <param name="lifetime">Of the program: what comes before it listens is acted on then.</param>
/// <param name="time">The clock.</param>
internal sealed class ConfigurationWatcher(
    Reloader reloader,
    ChannelReader<bool> hangups,
    TimeSpan interval,
    IHostApplicationLifetime lifetime,
    TimeProvider time
) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await lifetime.StartedAsync(stoppingToken);
            await foreach (var ended in Task.WhenEach(OnHangupAsync(stoppingToken), OnChangeAsync(stoppingToken)))
            {
                // The failure of one is not left until the other ends, which may be never.
                await ended;
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task OnHangupAsync(CancellationToken stopping)
    {
        await foreach (var _ in hangups.ReadAllAsync(stopping))
        {
            await reloader.ReloadAsync("SIGHUP", isAsked: true).WaitAsync(stopping);
        }
    }

    private async Task OnChangeAsync(CancellationToken stopping)
    {
        // The first look is at what was written while the program was starting; with the interval off it is the only one.
        for (var pause = TimeSpan.Zero; ; pause = interval)
        {
            await Task.Delay(pause, time, stopping);
            if (reloader.HasChanged)
            {
                await reloader.SettledAsync(stopping);
                await reloader.ReloadAsync("a file changed", isAsked: false).WaitAsync(stopping);
            }

            if (interval == TimeSpan.Zero)
            {
                return;
            }
        }
    }
}
