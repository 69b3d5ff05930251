using System.Threading.Channels;
using Exporter.Telemetry;

namespace Exporter.Configuration.Reload;

/// <summary>Reloads the configuration on SIGHUP, and when the content of the file or of a key file changes.</summary>
/// <param name="hangups">One item for each SIGHUP, including those before the start; several signals may become one item.</param>
/// <param name="interval">The time between two checks of the files; zero turns them off.</param>
/// <param name="lifetime">The program's lifetime: signals that arrive before it listens are handled once it does.</param>
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
                // Reports the failure of one task at once, without waiting for the other, which may never end.
                await ended;
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host is stopping.
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
        // The first check finds what was written while the program started; with an interval of zero it is the only one.
        for (var pause = TimeSpan.Zero; ; pause = interval)
        {
            await Task.Delay(pause, time, stopping);
            if (reloader.ReadWhetherChanged())
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
