using Exporter.Snapshots;
using Exporter.Tests.VirtualTime;

namespace Exporter.Tests.Snapshots;

[Collection(nameof(OnVirtualTime))]
public sealed class SnapshotStoreTests
{
    [Fact]
    public void Who_reads_after_the_clock_was_set_waits_for_no_writer_and_publishes_nothing()
    {
        var clock = new VirtualClock();
        var store = new SnapshotStore(new Snapshot { Accounts = [new AccountSnapshot { Clock = ClockReading.Read(clock) }] });
        var first = store.Current;
        clock.SetTimeOfDay(TimeSpan.FromHours(1));

        store.Update(snapshot =>
        {
            var reading = new Thread(() => _ = store.Read(clock)) { IsBackground = true };
            reading.Start();
            Assert.True(reading.Join(TimeSpan.FromMinutes(1)), "the reader waits for the writer");
            return snapshot;
        });

        Assert.Same(first, store.Current);
        Assert.Equal(ClockReading.Read(clock), store.Read(clock).Snapshot.Accounts[0].Clock);
    }
}
