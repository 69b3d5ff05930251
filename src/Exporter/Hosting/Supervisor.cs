using Exporter.Telemetry;

namespace Exporter.Hosting;

/// <summary>
/// Starts the background parts one after the other, and stops them in reverse order. When one of them fails the program ends: a service
/// manager restarts it, and until then no one mistakes old values for fresh ones.
/// </summary>
internal sealed partial class Supervisor(
    IEnumerable<BackgroundPart> parts,
    IServiceProvider services,
    Liveness liveness,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    ILogger<Supervisor> logger
) : IHostedService
{
    /// <summary>The time in which all parts must stop, of the 4 s that the process has (<see cref="Signals.StopWithin"/>).</summary>
    public static readonly TimeSpan PartsStopWithin = TimeSpan.FromSeconds(3);

    /// <summary>The time that a part that hangs leaves for each part that is stopped after it.</summary>
    private static readonly TimeSpan Reserve = TimeSpan.FromSeconds(0.4);

    /// <summary>The parts in the order of their start.</summary>
    public IReadOnlyList<IHostedService> Parts { get; } = [.. parts.Select(part => part.Make(services))];

    /// <summary>Whether a part failed. The host then stops as always, and only this property shows the difference.</summary>
    public bool HasFailed { get; private set; }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var part in Parts)
        {
            await part.StartAsync(cancellationToken);
            if (part is BackgroundService { ExecuteTask: { } running })
            {
                _ = WatchAsync(part, running, cancellationToken);
            }
        }
    }

    /// <summary>Stops the parts; one that hangs is abandoned, so that the next one has its time.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        foreach (var (index, part) in Parts.Index().Reverse())
        {
            var left = PartsStopWithin - time.GetElapsedTime(began) - (index * Reserve);
            using var late = new CancellationTokenSource(left > TimeSpan.Zero ? left : TimeSpan.Zero, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
            try
            {
                await Task.Run(() => part.StopAsync(either.Token), CancellationToken.None).WaitAsync(either.Token);
            }
            catch (OperationCanceledException)
            {
                // Its time is over.
            }
#pragma warning disable CA1031 // After any exception the other parts still stop.
            catch (Exception e)
#pragma warning restore CA1031
            {
                Died(part, e);
            }
        }
    }

    /// <param name="running">Its run.</param>
    /// <param name="starting">Canceled when a stop interrupts the start; every part sees this before the lifetime does.</param>
    private async Task WatchAsync(IHostedService part, Task running, CancellationToken starting)
    {
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (
            running.IsFaulted
            || (running.IsCanceled && !lifetime.ApplicationStopping.IsCancellationRequested && !starting.IsCancellationRequested)
        )
        {
            Died(part, running.Exception?.InnerException);
        }
    }

    private void Died(IHostedService part, Exception? exception)
    {
        liveness.Die();
        HasFailed = true;
        LogDied(logger, exception, part.GetType().Name);
        lifetime.StopApplication();
    }

    [LoggerMessage(
        LogLevel.Critical,
        "A part of the program failed, so the program ends with exit code 1 and should be restarted. Please report it."
    )]
    private static partial void LogDied(ILogger logger, Exception? exception, string part);
}
