namespace Exporter.Telemetry;

/// <summary>Waits for phases of the host's lifetime.</summary>
internal static class LifetimeExtensions
{
    /// <summary>Waits until the program listens.</summary>
    /// <exception cref="OperationCanceledException">The program stops before it listens.</exception>
    public static async Task StartedAsync(this IHostApplicationLifetime lifetime, CancellationToken stopping)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var _ = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(stopping);
    }
}
