namespace Exporter.Telemetry;

/// <summary>Pushes all metrics at an interval, and once more when it is disposed of.</summary>
internal sealed class MetricsPush : IDisposable
{
    private readonly OtlpSender _sender;
    private readonly Func<IEnumerable<byte[]>> _requests;
    private readonly OtlpLog _log;
    private readonly PeriodicTimer _timer;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _pushing;

    /// <param name="sender">To whom.</param>
    /// <param name="requests">What is to be seen now, in as many requests as it needs.</param>
    /// <param name="interval">Time between the beginnings of two pushes.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">What the operator reads of it.</param>
    public MetricsPush(OtlpSender sender, Func<IEnumerable<byte[]>> requests, TimeSpan interval, TimeProvider time, OtlpLog log)
    {
        (_sender, _requests, _log) = (sender, requests, log);
        _timer = new PeriodicTimer(interval, time);
        _pushing = PushAsync();
    }

    /// <summary>A push that is under way is left for the last one, which holds all that it does.</summary>
    public void Dispose()
    {
        _timer.Dispose();
        _stopping.Cancel();
        _pushing.Wait();
        OnceAsync(CancellationToken.None).Wait();
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
    /// A request that is refused does not keep back the others. When no answer comes, none is waited for again: what is missing comes with
    /// the next push.
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
#pragma warning disable CA1031 // Whatever it is, the next push is tried.
        catch (Exception e)
#pragma warning restore CA1031
        {
            failure = e is OperationCanceledException ? "no answer in time" : OtlpSender.OneLine(e.Message);
        }

        _log.Pushed("metrics", failure is null, failure);
    }
}
