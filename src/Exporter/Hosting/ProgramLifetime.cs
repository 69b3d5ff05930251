namespace Exporter.Hosting;

/// <summary>
/// Leaves the signals to <see cref="Signals"/>: the framework's own lifetime takes them over late, and ends an unfinished start with an
/// exception.
/// </summary>
internal sealed class ProgramLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
