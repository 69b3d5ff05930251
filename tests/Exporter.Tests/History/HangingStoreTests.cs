using Exporter.History;
using Exporter.Snapshots;
using Exporter.Telemetry;
using Exporter.Tests.VirtualTime;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Exporter.Tests.History;

/// <summary>
/// A disk that does not answer. Nobody waits long for it, and what it holds back comes later.
/// </summary>
public sealed class HangingStoreTests : StoreTests
{
    private static readonly CampaignSnapshot[] Five = [.. "abcde".Select((id, number) => StoreTools.Campaign($"{id}", Noon, number, 7))];

    private readonly VirtualClock _clock = new();

    [Fact]
    public async Task A_store_that_hangs_at_the_start_delays_it_by_seconds_and_is_restored_once_it_answers()
    {
        await SaveAsync();
        using var service = Begin();
        var late = new List<int>();
        service.Source = new SnapshotStore(StoreTools.Awaiting(Main));
        service.Late = saved => late.Add(saved.Values.Sum(static account => account.Campaigns.Length));
        using var answers = new ManualResetEventSlim();
        var hanging = InBackground(() =>
            service.State.TrySave(
                () =>
                {
                    answers.Wait();
                    return new Snapshot();
                },
                static _ => { }
            )
        );

        var restore = InBackground(() => service.Restore(CancellationToken.None));
        await UntilAsync(() => _clock.NextDue is not null || restore.IsCompleted);
        Assert.False(restore.IsCompleted);
        _clock.MoveTo(StoreReads.Patience);

        var account = Assert.Single(await restore);
        Assert.Equal((0, SavedLandingPages.Damaged), (account.Campaigns.Length, account.LandingPagesUnder(UrlDisplay.Path)));

        answers.Set();
        Assert.True(await hanging);
        await service.StopAsync(CancellationToken.None);
        Assert.Equal([5], late);
        Assert.Equal(1, Lines.Count("The saved state was restored"));
    }

    [Fact]
    public async Task While_a_read_hangs_no_other_begins_and_afterwards_all_is_as_before()
    {
        var reads = new StoreReads(_clock);
        using var answers = new ManualResetEventSlim();
        var hanging = Task.FromResult(0) as Task;
        var waiting = reads.ReadAsync(
            () =>
            {
                answers.Wait();
                return 1;
            },
            reading => hanging = reading
        );
        _clock.MoveTo(StoreReads.Patience);

        await Assert.ThrowsAsync<StoreUnreadableException>(() => waiting);
        for (var asked = 0; asked < 1_000; asked++)
        {
            await Assert.ThrowsAsync<StoreUnreadableException>(() => reads.ReadAsync(static () => 2));
        }

        // It may hang for good, so another one is tried after twice the time.
        _clock.MoveTo(StoreReads.Patience * 3);
        Assert.Equal(2, await reads.ReadAsync(static () => 2));

        answers.Set();
        await hanging;
        await UntilAsync(() => Begins(reads));
        Assert.Equal(3, await reads.ReadAsync(static () => 3));
    }

    /// <summary>Twelve requests for pages at that moment held twelve threads of the pool, and a scrape had to wait for a new one.</summary>
    [Fact]
    public async Task However_many_reads_there_are_when_the_disk_begins_to_hang_few_threads_wait_for_it()
    {
        var reads = new StoreReads(_clock);
        using var answers = new ManualResetEventSlim();
        List<Task> begun = [];
        var all = Enumerable.Range(0, 12).Select(_ => reads.ReadAsync(() => answers.Wait(Timeout.Infinite), begun.Add)).ToList();
        Assert.Equal(StoreReads.AtATime, begun.Count);

        _clock.MoveTo(StoreReads.Patience);
        foreach (var read in all)
        {
            await Assert.ThrowsAsync<StoreUnreadableException>(() => read);
        }

        Assert.Equal(StoreReads.AtATime, begun.Count);

        // Those that had no turn do not count as reads that hang, so the next attempt is not put off for their sake.
        _clock.MoveTo(StoreReads.Patience + (StoreReads.Patience * Math.Pow(2, StoreReads.AtATime)));
        Assert.Equal(2, await reads.ReadAsync(static () => 2));

        answers.Set();
        await Task.WhenAll(begun);
        await UntilAsync(() => Begins(reads));
        Assert.Equal(Enumerable.Range(0, 12), await Task.WhenAll(Enumerable.Range(0, 12).Select(number => reads.ReadAsync(() => number))));
    }

    [Fact]
    public async Task A_reader_is_closed_by_the_read_that_hung_not_under_it()
    {
        await SaveAsync();
        using var answers = new ManualResetEventSlim();
        var reads = new StoreReads(_clock);
        var reading = new StoreReading(reads, DatabaseFile);
        var (reader, found) = ((HistoryReader?)null, 0);
        var waiting = reading.ReadAsync(open =>
        {
            reader = open;
            answers.Wait();
            return found = open.Campaigns(Main).Count;
        });
        _clock.MoveTo(StoreReads.Patience);
        await Assert.ThrowsAsync<StoreUnreadableException>(() => waiting);
        reading.Dispose();

        answers.Set();
        await UntilAsync(() => Begins(reads));

        Assert.Equal(5, found);
        await UntilAsync(() => Record.Exception(() => reader!.Campaigns(Main)) is not null);
    }

    /// <summary>SQLite cannot write without its log, in the place of which something else stands here.</summary>
    [Fact]
    public async Task A_store_that_can_only_be_read_is_restored_all_the_same()
    {
        await SaveAsync();
        Directory.CreateDirectory(DatabaseFile + "-wal");
        using var service = Begin();
        var late = 0;
        service.Late = saved => late += saved.Values.Sum(static account => account.Campaigns.Length);

        Assert.Equal(5, Assert.Single(service.Restore(CancellationToken.None)).Campaigns.Length);
        Assert.False(service.State.TrySave(static () => new Snapshot(), static _ => throw new InvalidOperationException("it is not open")));

        Directory.Delete(DatabaseFile + "-wal");
        await service.StopAsync(CancellationToken.None);
        Assert.Equal(0, late);
        service.Source = new SnapshotStore(StoreTools.Awaiting(Main));
        await service.StopAsync(CancellationToken.None);
        Assert.Equal(5, late);
    }

    [Fact]
    public async Task From_a_store_that_can_only_be_read_an_account_that_a_reload_adds_is_restored_like_one_of_the_start()
    {
        await SaveAsync();
        Directory.CreateDirectory(DatabaseFile + "-wal");
        using var service = Begin();
        Assert.Equal(5, Assert.Single(service.Restore(CancellationToken.None)).Campaigns.Length);

        var added = await service.State.ReadSavedAsync([Main]);

        Assert.Equal((5, false), (added[Main].Campaigns.Length, added[Main].MayHoldMore));
    }

    /// <summary>What is read at rest was dropped when nobody waited for it any more.</summary>
    [Fact]
    public async Task A_store_that_can_only_be_read_and_answers_late_is_restored_all_the_same()
    {
        await SaveAsync();
        Directory.CreateDirectory(DatabaseFile + "-wal");
        using var service = Begin();
        var late = 0;
        service.Late = saved => late += saved.Values.Sum(static account => account.Campaigns.Length);
        service.Source = new SnapshotStore(StoreTools.Awaiting(Main));
        using var answers = new ManualResetEventSlim();
        var hanging = InBackground(() =>
            service.State.TrySave(
                () =>
                {
                    answers.Wait();
                    return new Snapshot();
                },
                static _ => { }
            )
        );
        var restore = InBackground(() => service.Restore(CancellationToken.None));
        await UntilAsync(() => _clock.NextDue is not null || restore.IsCompleted);
        _clock.MoveTo(StoreReads.Patience);
        Assert.Same(SavedAccount.Unread, Assert.Single(await restore));

        answers.Set();
        Assert.False(await hanging);
        await service.StopAsync(CancellationToken.None);
        Assert.Equal(5, late);
    }

    /// <summary>For that it may copy the whole store.</summary>
    [Fact]
    public async Task A_store_at_rest_that_cannot_be_read_is_tried_again_after_a_while_and_at_once_for_another_account()
    {
        Directory.CreateDirectory(DatabaseFile);
        var reader = new SavedAccountReader(StorePath, new Instruments().Storage, _clock, new HistoryLog(NullLogger.Instance));
        Assert.Null(reader.TryReadAtRest([Main]));
        Directory.Delete(DatabaseFile);
        await SaveAsync();

        Assert.Null(reader.TryReadAtRest([Main]));
        Assert.Equal(5, reader.TryReadAtRest([Main, Main with { Name = "two" }])![Main].Campaigns.Length);

        Directory.Move(DatabaseFile, DatabaseFile + "-away");
        Assert.Null(reader.TryReadAtRest([Main]));
        Directory.Move(DatabaseFile + "-away", DatabaseFile);
        Assert.Null(reader.TryReadAtRest([Main]));
        _clock.MoveTo(TimeSpan.FromMinutes(1));
        Assert.Equal(5, reader.TryReadAtRest([Main])![Main].Campaigns.Length);
    }

    [Fact]
    public async Task A_store_that_can_only_be_read_is_not_restored_while_another_process_holds_it_or_a_newer_program_wrote_it()
    {
        await SaveAsync();
        using (var holder = Begin())
        {
            Assert.Equal(5, Assert.Single(holder.Restore(CancellationToken.None)).Campaigns.Length);
            using var other = Begin();
            Assert.Empty(Assert.Single(other.Restore(CancellationToken.None)).Campaigns);
        }

        Execute($"PRAGMA user_version = {Schema.Steps.Count + 1}");
        Directory.CreateDirectory(DatabaseFile + "-wal");
        using var newer = Begin();
        Assert.Empty(Assert.Single(newer.Restore(CancellationToken.None)).Campaigns);
    }

    /// <summary>Waits for something that comes by itself; only a hang lasts so long.</summary>
    private static async Task UntilAsync(Func<bool> isSo)
    {
        for (var tries = 0; !isSo(); tries++)
        {
            Assert.True(tries < 60_000);
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    private static bool Begins(StoreReads reads) => !reads.ReadAsync(static () => 0).IsFaulted;

    private static Task<T> InBackground<T>(Func<T> action) =>
        Task.Factory.StartNew(action, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private HistoryService Begin()
    {
        using var factory = LoggerFactory.Create(logging => logging.AddProvider(Lines));
        return new(StorePath, new HistoryOptions(), [Main], new Instruments().Storage, _clock, factory.CreateLogger("history"));
    }

    private async Task SaveAsync()
    {
        using var service = Service();
        service.Source = new SnapshotStore(StoreTools.Of(Five));
        await service.StopAsync(CancellationToken.None);
    }
}
