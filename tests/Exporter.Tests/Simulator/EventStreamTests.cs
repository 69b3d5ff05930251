using CsCheck;
using Simulator;

namespace Exporter.Tests.Simulator;

public sealed class EventStreamTests
{
    [Fact]
    public void A_stream_only_grows()
    {
        Gen.Select(Gen.Long, Gen.Double[0, 300], Gen.Double[0, 40], Gen.Double[0, 5])
            .Sample(
                (seed, mean, from, more) =>
                {
                    var stream = new EventStream(Dice.Of(seed), 0, _ => mean);
                    return stream.UpTo(from) <= stream.UpTo(from + more) && stream.UpTo(0) == 0;
                }
            );
    }

    [Theory]
    [InlineData(0.4)]
    [InlineData(7)]
    [InlineData(450)]
    public void The_hours_have_the_mean_asked_for_and_scatter_around_it(double mean)
    {
        const int Hours = 4000;
        var stream = new EventStream(Dice.Of(1), 0, _ => mean);
        var counts = Enumerable.Range(0, Hours).Select(hour => (double)(stream.UpTo(hour + 1) - stream.UpTo(hour))).ToArray();
        var average = counts.Average();
        Assert.InRange(average, mean - (4 * Math.Sqrt(mean / Hours)), mean + (4 * Math.Sqrt(mean / Hours)));
        Assert.InRange(counts.Average(count => Math.Pow(count - average, 2)) / mean, 0.85, 1.15);
    }

    [Fact]
    public void Events_fall_evenly_into_the_minutes_of_an_hour()
    {
        var stream = new EventStream(Dice.Of(1), 0, _ => 100);
        var quarters = Enumerable
            .Range(0, 4)
            .Select(q => Enumerable.Range(0, 400).Sum(hour => stream.UpTo(hour + ((q + 1) / 4.0)) - stream.UpTo(hour + (q / 4.0))))
            .ToArray();
        Assert.All(quarters, count => Assert.InRange(count, 9600, 10400));
    }

    [Fact]
    public void A_stream_that_begins_later_counts_from_there()
    {
        var stream = new EventStream(Dice.Of(1), 5, hour => hour == 5 ? 100 : 0);
        Assert.Equal(0, stream.UpTo(5));
        Assert.True(stream.UpTo(6) > 50);
        Assert.Equal(stream.UpTo(6), stream.UpTo(60));
    }
}
