using Exporter.Telemetry;

namespace Exporter.Hosting;

/// <summary>
/// Starts the parts that run in the background one after the other, and stops them the other way round. The death of one of them ends the
/// program: whoever runs it starts it anew, and until then nobody takes old values for fresh ones.
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
    /// <summary>All of them together stop within this time, of the 4 s that the process has (<see cref="Signals.StopWithin"/>).</summary>
    public static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(3);

    /// <summary>What one that does not come to its end leaves to each that is stopped after it.</summary>
    private static readonly TimeSpan Reserve = TimeSpan.FromSeconds(0.4);

    /// <summary>In the order of their start.</summary>
    public IReadOnlyList<IHostedService> Parts { get; } = [.. parts.Select(part => part.Make(services))];

    /// <summary>Whether one of them died. The host then stops like any other time, and only this tells the difference.</summary>
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

    /// <summary>One that hangs is left behind, and the next one has its time.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        foreach (var (index, part) in Parts.Index().Reverse())
        {
            var left = StopWithin - time.GetElapsedTime(began) - (index * Reserve);
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
#pragma warning disable CA1031 // Whatever it is, the others stop too.
            catch (Exception e)
#pragma warning restore CA1031
            {
                Died(part, e);
            }
        }
    }

    /// <param name="part">The part.</param>
    /// <param name="running">Its run.</param>
    /// <param name="starting">Canceled by a stop in the middle of the start, which every part hears of before the lifetime does.</param>
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
        "A part of the program stopped with an error: the program ends with exit code 1, to be started anew. Please report it."
    )]
    private static partial void LogDied(ILogger logger, Exception? exception, string part);
}
