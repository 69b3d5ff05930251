namespace Exporter.Hosting;

/// <summary>
/// Leaves the signals to <see cref="Signals"/>: the framework's own lifetime takes them late, and ends a start in the middle with an
/// exception.
/// </summary>
internal sealed class ProgramLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
