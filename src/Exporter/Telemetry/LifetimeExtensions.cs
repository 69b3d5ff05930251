namespace Exporter.Telemetry;

/// <summary>Waits for the lifetime of the host.</summary>
internal static class LifetimeExtensions
{
    /// <summary>Waits until the program listens.</summary>
    /// <exception cref="OperationCanceledException">It stops before.</exception>
    public static async Task StartedAsync(this IHostApplicationLifetime lifetime, CancellationToken stopping)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var _ = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(stopping);
    }
}
