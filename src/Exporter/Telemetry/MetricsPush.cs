namespace Exporter.Telemetry;

/// <summary>Pushes all metrics at an interval, and once more when it is disposed.</summary>
internal sealed class MetricsPush : IAsyncDisposable
{
    private readonly OtlpSender _sender;
    private readonly Func<IEnumerable<byte[]>> _requests;
    private readonly OtlpLog _log;
    private readonly PeriodicTimer _timer;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _pushing;

    /// <param name="requests">Returns the current metrics, in as many requests as they need.</param>
    /// <param name="interval">The time between the beginnings of two pushes.</param>
    public MetricsPush(OtlpSender sender, Func<IEnumerable<byte[]>> requests, TimeSpan interval, TimeProvider time, OtlpLog log)
    {
        (_sender, _requests, _log) = (sender, requests, log);
        _timer = new PeriodicTimer(interval, time);
        _pushing = PushAsync();
    }

    /// <summary>Cancels a push in flight. The last push holds everything that the canceled one would have sent.</summary>
    public async ValueTask DisposeAsync()
    {
        _timer.Dispose();
        await _stopping.CancelAsync();
        await _pushing;
        await OnceAsync(CancellationToken.None);
        _stopping.Dispose();
        _sender.Dispose();
    }

    private async Task PushAsync()
    {
        while (await _timer.WaitForNextTickAsync(CancellationToken.None))
        {
            await OnceAsync(_stopping.Token);
        }
    }

    /// <summary>
    /// Sends every request, also after one was refused. After a request without an answer the push ends: the next push sends the rest.
    /// </summary>
    private async Task OnceAsync(CancellationToken cancellation)
    {
        string? failure = null;
        try
        {
            foreach (var request in _requests())
            {
                failure = await _sender.SendAsync(request, cancellation) ?? failure;
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return;
        }
#pragma warning disable CA1031 // No failure may end the pushing.
        catch (Exception e)
#pragma warning restore CA1031
        {
            failure = e is OperationCanceledException ? "no answer in time" : _sender.Beginning(e.Message);
        }

        _log.Pushed("metrics", failure is null, failure);
    }
}
