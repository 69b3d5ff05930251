using System.Runtime.InteropServices;
using System.Threading.Channels;

namespace Exporter.Configuration;

/// <summary>Reloads on SIGHUP, and by itself when the file or a key file holds something else.</summary>
/// <param name="reloader">What reloads.</param>
/// <param name="interval">How often the files are looked at; zero is never.</param>
/// <param name="time">The clock.</param>
internal sealed class ConfigurationWatcher(Reloader reloader, TimeSpan interval, TimeProvider time) : BackgroundService
{
    /// <summary>A file that is being written is read when it has been the same for this long: half a file may be a good one that lists half.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(1);

    private readonly Channel<bool> _hangups = Channel.CreateBounded<bool>(capacity: 1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var hangup = OperatingSystem.IsWindows() ? null : PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
        {
            signal.Cancel = true;
            _hangups.Writer.TryWrite(item: true);
        });
        try
        {
            await Task.WhenAll(OnHangupAsync(stoppingToken), OnChangeAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task OnHangupAsync(CancellationToken stopping)
    {
        await foreach (var _ in _hangups.Reader.ReadAllAsync(stopping))
        {
            await reloader.ReloadAsync("SIGHUP", isAsked: true);
        }
    }

    private async Task OnChangeAsync(CancellationToken stopping)
    {
        while (interval > TimeSpan.Zero)
        {
            await Task.Delay(interval, time, stopping);
            if (reloader.HasChanged)
            {
                await SettledAsync(stopping);
                await reloader.ReloadAsync("a file changed", isAsked: false);
            }
        }
    }

    private async Task SettledAsync(CancellationToken stopping)
    {
        string seen;
        do
        {
            seen = reloader.Fingerprint();
            await Task.Delay(Settling, time, stopping);
        }
        while (reloader.Fingerprint() != seen);
    }
}
