using CsCheck;
using Exporter.History;
using Exporter.Tests.Disk;
using Exporter.Tests.VirtualTime;
using Exporter.Tests.Weather;

namespace Exporter.Tests.History;

/// <summary>The reserve beside the store: it is there when it is needed, and costs no history.</summary>
public sealed class RoomReserveTests : IDisposable
{
    private const long MiB = 1 << 20;

    private readonly string _path = Directory.CreateTempSubdirectory("sendgrid-exporter-").FullName;

    private string Reserve => Path.Combine(_path, "reserve");

    public void Dispose() => Directory.Delete(_path, recursive: true);

    [Fact]
    public void It_never_takes_more_than_its_share_and_grows_only_into_plenty_of_room() =>
        Gen.Select(Gen.Long[0, 8 * MiB], Gen.Long[1, 1L << 40], Gen.Long[0, 1L << 40])
            .Sample(
                (size, maxSize, free) =>
                {
                    var next = RoomReserve.NextSize(size, maxSize, free);
                    Assert.InRange(next, 0, RoomReserve.ShareOf(maxSize));
                    Assert.True(next <= size || next <= (free + size) / 8);
                    Assert.Equal(next, RoomReserve.NextSize(next, maxSize, free + size - next));
                }
            );

    /// <summary>
    /// Limits are raised and lowered by reloads and between runs, while the store grows. Each time the reserve fits the limit, and changes
    /// are dropped only when they do not fit beside it.
    /// </summary>
    [Fact]
    public void Whatever_limits_follow_each_other_no_history_goes_that_fits_the_present_one()
    {
        var log = new LogLines();
        Gen.Select(Gen.Int[0, 5].Select(static each => ((long[])[1, 2, 4, 32, 512, 1 << 20])[each]), Gen.Int[0, 2], Gen.Bool)
            .List[2, 6]
            .Sample(
                steps =>
                {
                    var path = Directory.CreateDirectory(Path.Combine(_path, Path.GetRandomFileName())).FullName;
                    var clock = new VirtualClock(Some.Noon);
                    var history = new HistoryLog(log.CreateLogger("history"));
                    var store = new HistoryStore(path, clock, history);
                    var clicks = 0L;
                    foreach (var (mebibytes, days, restarts) in steps)
                    {
                        var options = new HistoryOptions { MaxSize = mebibytes * MiB };
                        if (restarts)
                        {
                            store.Dispose();
                            store = new HistoryStore(path, clock, history);
                        }

                        for (var hour = 0; hour < 16 * days; hour++)
                        {
                            clock.MoveTo(clock.Elapsed + TimeSpan.FromHours(1));
                            var at = clock.GetUtcNow();
                            clicks++;
                            store.Save(
                                StoreTools.Of(StoreTools.Campaign("a", at, [.. Enumerable.Range(0, 100).Select(place => clicks + place)])),
                                options
                            );
                        }

                        var used = store.Open(options).UsedBytes;
                        var pruning = store.Prune(options, isFull: false);
                        while (store.Step(pruning)) { }
                        store.KeepReserve();

                        var room = Pruning.Target * (options.MaxSize - RoomReserve.ShareOf(options.MaxSize));
                        Assert.True(pruning.Kept == options.Retention || used > room, $"{used} of {options.MaxSize}, kept {pruning.Kept}");
                        Assert.False(store.IsTooBig(options));
                        Assert.InRange(new RoomReserve(path).Size, 1, RoomReserve.ShareOf(options.MaxSize));
                    }

                    store.Dispose();
                },
                iter: 8,
                threads: 1
            );
        log.Dispose();
    }

    /// <summary>Whatever another program puts in its place holds up nothing, and costs no history and nobody else's file.</summary>
    [Fact]
    public void What_stands_in_its_place_is_neither_waited_for_nor_written_to()
    {
        var (reserve, other) = (new RoomReserve(_path), Path.Combine(_path, "other"));
        File.WriteAllText(other, "content");

        Pipes.Make(Reserve);
        reserve.Keep(512 * MiB);
        Assert.Equal(0, reserve.Counted(MiB));
        File.Delete(Reserve);

        Directory.CreateDirectory(Reserve);
        reserve.Keep(512 * MiB);
        Assert.Equal(0, reserve.Counted(MiB));
        Directory.Delete(Reserve);

        File.CreateSymbolicLink(Reserve, other);
        reserve.Keep(512 * MiB);
        Assert.Equal("content", File.ReadAllText(other));
        File.Delete(Reserve);

        File.WriteAllBytes(Reserve, new byte[8 * MiB]);
        Assert.Equal(RoomReserve.ShareOf(MiB), reserve.Counted(MiB));
        reserve.Keep(MiB);
        Assert.Equal(RoomReserve.ShareOf(MiB), reserve.Size);
    }
}
