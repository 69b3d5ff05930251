namespace Exporter;

/// <summary>
/// Leaves the signals to <see cref="Signals"/>: the framework's own lifetime takes them late, and ends a start in the middle with an
/// exception.
/// </summary>
internal sealed class ProgramLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

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
