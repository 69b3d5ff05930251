using Exporter.Snapshots;

namespace Exporter.History;

/// <summary>
/// Saves behind the polls and prunes beside the saving. It reads only immutable snapshots, so neither a poll nor a scrape waits for a disk.
/// </summary>
/// <remarks>It stops after the polling, so that the last walk is saved.</remarks>
/// <param name="saved">The saved state.</param>
/// <param name="current">Returns the current snapshot.</param>
/// <param name="resume">Receives a former run's state for which accounts wait, see <see cref="AccountSnapshot.Awaited"/>.</param>
internal sealed class HistoryWriter(
    SavedState saved,
    Func<Snapshot> current,
    Action<IReadOnlyDictionary<AccountIdentity, SavedAccount>> resume,
    TimeProvider time
) : BackgroundService
{
    /// <summary>
    /// The time between two checks of the snapshot. Promise 7 allows 10 s. Of two changes within a tick only the last is seen.
    /// </summary>
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    /// <summary>The pause after a failed write.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    /// <summary>The pause between two slices of pruning, which leaves the disk to other programs.</summary>
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(50);

    /// <summary>The time after which a disk that does not answer is reported.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);

        // A hanging disk must not delay the stop. The store is complete in any case.
        await Task.Run(SaveLast, cancellationToken).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (saved.IsKept && !stoppingToken.IsCancellationRequested)
        {
            var looked = time.GetTimestamp();
            var isGood = await WatchedAsync(Task.Run(() => TrySave(isLast: false), CancellationToken.None));
            var isPruning = true;

            // One slice at least, however long the save took: else a slow disk would never be pruned.
            for (var slices = 0; isPruning && (slices == 0 || time.GetElapsedTime(looked) < Tick); slices++)
            {
                if (stoppingToken.IsCancellationRequested)
                {
                    return;
                }

                isPruning = await WatchedAsync(Task.Run(saved.TryPruneSlice, CancellationToken.None));
                await DelayAsync(isPruning ? Breath : TimeSpan.Zero, stoppingToken);
            }

            var pause = (isPruning, isGood) switch
            {
                (true, _) => TimeSpan.Zero,
                (_, true) => Tick,
                _ => Pause,
            };
            await DelayAsync(pause, stoppingToken);
        }
    }

    private bool TrySave(bool isLast) => saved.TrySave(current, resume, isLast);

    private void SaveLast()
    {
        if (saved.IsKept)
        {
            // When the first attempt finds a damaged store, the second one starts a new store.
            _ = TrySave(isLast: true) || TrySave(isLast: true);
        }
    }

    private async Task DelayAsync(TimeSpan delay, CancellationToken stopping)
    {
        if (delay > TimeSpan.Zero)
        {
            await Task.Delay(delay, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Reports a disk that does not answer. Such a disk causes no error, but nothing is saved.</summary>
    private async Task<bool> WatchedAsync(Task<bool> work)
    {
        using var answered = new CancellationTokenSource();
        var patience = Task.Delay(Patience, time, answered.Token);
        if (await Task.WhenAny(work, patience) == patience)
        {
            saved.ReportHang(Patience);
        }

        await answered.CancelAsync();
        return await work;
    }
}
