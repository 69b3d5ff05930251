using CsCheck;
using Exporter.Disk;

namespace Exporter.Tests.Disk;

/// <summary>A mount that hangs is played by a reading that does not come back.</summary>
public sealed class FileTurnTests
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(1),
        Long = TimeSpan.FromMinutes(5);

    [Fact]
    public void A_file_that_hangs_has_one_thread_waiting_for_it_and_is_read_again_when_it_is_back()
    {
        using var back = new ManualResetEventSlim();
        var (turn, begun) = (new FileTurn(new ReadClock()), 0);

        for (var time = 0; time < 100; time++)
        {
            Assert.Equal("late", turn.Within(Short, Hang, "late"));
        }

        Assert.InRange(begun, 0, 1);
        back.Set();
        Assert.True(SpinWait.SpinUntil(() => turn.Within(Short, static () => "read", "late") == "read", Long));

        string Hang()
        {
            Interlocked.Increment(ref begun);
            back.Wait();
            return "hung";
        }
    }

    /// <summary>
    /// The path may lead to a good file by now. What hangs keeps it from being read for a while, never for good, and costs few threads.
    /// </summary>
    [Fact]
    public void However_files_hang_a_good_one_is_read_once_it_has_been_there_for_long_enough_and_few_threads_wait() =>
        Gen.Select(Gen.Bool, Gen.Int[0, 3_600])
            .List[1, 30]
            .Sample(
                events =>
                {
                    using var back = new ManualResetEventSlim();
                    var clock = new ReadClock();
                    var (turn, since, lost, begun, ended) = (new FileTurn(clock), (TimeSpan?)null, 0, 0, 0);
                    foreach (var (hangs, seconds) in events)
                    {
                        clock.Now += TimeSpan.FromSeconds(seconds);
                        if (clock.Now - since >= FileTurn.Hanging * Math.Pow(2, lost))
                        {
                            (since, lost) = (null, lost + 1);
                        }

                        var isFree = since is null;
                        since = isFree && hangs ? clock.Now : since;
                        Assert.Equal(
                            isFree && !hangs ? "read" : "late",
                            hangs ? turn.Within(Short, Hang, "late") : turn.Within(Long, static () => "read", "late")
                        );
                        Assert.InRange(begun, 0, 1 + Math.Log2(1 + (clock.Now / FileTurn.Hanging)));
                    }

                    // What has hung comes back, all of it, and the next one that hangs is treated as the first.
                    back.Set();
                    Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref ended) == lost + (since is null ? 0 : 1), Long));
                    Assert.True(SpinWait.SpinUntil(() => turn.Within(Long, static () => "read", "late") == "read", Long));
                    back.Reset();
                    Assert.Equal("late", turn.Within(Short, Hang, "late"));
                    Assert.Equal("late", turn.Within(Long, static () => "read", "late"));
                    clock.Now += FileTurn.Hanging;
                    Assert.Equal("read", turn.Within(Long, static () => "read", "late"));
                    back.Set();

                    string Hang()
                    {
                        Interlocked.Increment(ref begun);
                        back.Wait();
                        Interlocked.Increment(ref ended);
                        return "hung";
                    }
                },
                iter: 50,
                threads: 1
            );

    [Fact]
    public void A_file_that_hangs_delays_no_other()
    {
        using var back = new ManualResetEventSlim();
        Assert.Equal(
            "late",
            FileTurn
                .ForPath("hanging")
                .Within(
                    Short,
                    () =>
                    {
                        back.Wait();
                        return "hung";
                    },
                    "late"
                )
        );

        Assert.Equal("read", FileTurn.ForPath("another").Within(Long, static () => "read", "late"));
        back.Set();
    }

    [Fact]
    public async Task Who_comes_while_another_reads_gets_a_reading_that_began_after_they_came()
    {
        using var first = new ManualResetEventSlim();
        var (turn, content) = (new FileTurn(), "old");
        var before = Task.Run(
            () =>
                turn.Within(
                    Long,
                    () =>
                    {
                        var read = content;
                        first.Wait();
                        return read;
                    },
                    "late"
                ),
            TestContext.Current.CancellationToken
        );

        content = "new";
        var after = Task.Run(() => turn.Within(Long, () => content, "late"), TestContext.Current.CancellationToken);
        first.Set();

        Assert.Contains(await before, (string[])["old", "new"]);
        Assert.Equal("new", await after);
    }

    [Fact]
    public async Task Who_waits_for_the_turn_and_then_for_the_file_waits_no_longer_than_it_said()
    {
        using var first = new ManualResetEventSlim();
        using var begun = new ManualResetEventSlim();
        using var back = new ManualResetEventSlim();
        var clock = new ReadClock();
        var turn = new FileTurn(clock);
        var before = Task.Run(() => turn.Within(Long, () => Read(begun, first), "late"), TestContext.Current.CancellationToken);
        begun.Wait(TestContext.Current.CancellationToken);
        begun.Reset();
        Assert.True(SpinWait.SpinUntil(() => clock.Readings == 2, Long));

        var after = Task.Run(() => turn.Within(Long, () => Read(begun, back), "late"), TestContext.Current.CancellationToken);
        Assert.True(SpinWait.SpinUntil(() => clock.Readings == 3, Long));
        clock.Now = 2 * Long;
        first.Set();

        Assert.Equal("late", await after);
        Assert.Equal("read", await before);
        back.Set();

        static string Read(ManualResetEventSlim begun, ManualResetEventSlim back)
        {
            begun.Set();
            back.Wait();
            return "read";
        }
    }

    [Fact]
    public void What_goes_wrong_is_the_readers() =>
        Assert.Throws<InvalidOperationException>(() =>
            new FileTurn().Within<string>(Long, static () => throw new InvalidOperationException(), "late")
        );

    /// <summary>Counts how often it was read: once when a caller comes, and once when it waits for the file.</summary>
    private sealed class ReadClock : TimeProvider
    {
        private int _readings;

        public int Readings => Volatile.Read(ref _readings);

        public TimeSpan Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp()
        {
            var now = Now.Ticks;
            Interlocked.Increment(ref _readings);
            return now;
        }
    }
}
