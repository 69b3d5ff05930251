using System.Collections.Concurrent;
using System.Globalization;
using Exporter.Telemetry;

namespace Exporter.Tests.Telemetry;

public sealed class LineQueueTests
{
    private static readonly TimeSpan Never = TimeSpan.FromMinutes(5);

    private readonly ConcurrentQueue<string> _written = new();
    private int _lost;

    [Fact]
    public void A_log_reader_that_stops_delays_nothing_and_lost_lines_are_counted_and_reported()
    {
        using var going = new ManualResetEventSlim();
        using (
            var queue = Queue(line =>
            {
                going.Wait();
                _written.Enqueue(line);
            })
        )
        {
            for (var i = 0; i < 100_000; i++)
            {
                queue.Add($"line {i}\n");
            }

            Assert.InRange(_lost, 1, 99_999);
            going.Set();
        }

        Assert.Equal($"{_lost} lost", _written.Last());
        Assert.Equal(100_000, _written.Count - 1 + _lost);
        var numbers = _written.SkipLast(1).Select(static line => int.Parse(line[5..], CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(numbers.Order(), numbers);
    }

    [Fact]
    public void A_stop_waits_for_a_reader_that_stands_still_no_longer_than_it_may()
    {
        using var going = new ManualResetEventSlim();
        var queue = Queue(_ => going.Wait(), TimeSpan.Zero);
        queue.Add("never read\n");

        queue.Dispose();

        queue.Add("after the end\n");
        Assert.Equal(1, _lost);
        going.Set();
    }

    [Fact]
    public void A_stream_that_is_closed_or_full_ends_nothing_and_each_line_counts_as_lost()
    {
        var isBroken = true;
        using (
            var queue = Queue(line =>
            {
                if (isBroken)
                {
                    throw new IOException("No space left on device");
                }

                _written.Enqueue(line);
            })
        )
        {
            queue.Add("first\n");
            queue.Add("second\n");
            Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref _lost) == 2, Never));
            isBroken = false;
            queue.Add("third\n");
        }

        Assert.Equal(["third\n", "2 lost"], _written);
    }

    [Fact]
    public void Long_lines_are_bounded_by_their_length()
    {
        using var going = new ManualResetEventSlim();
        using var queue = Queue(_ => going.Wait());
        for (var i = 0; i < 100; i++)
        {
            queue.Add(new string('x', 100_000));
        }

        Assert.InRange(_lost, 85, 95);
        going.Set();
    }

    private LineQueue Queue(Action<string> write, TimeSpan? flushWithin = null) =>
        new(write, () => Interlocked.Increment(ref _lost), static lines => $"{lines} lost", flushWithin ?? Never, "test");
}
