using Exporter.Backfill;

namespace Exporter.Tests.Backfill;

/// <summary>What lies between the numbers of the past: dense enough for a graph, and never more than is known.</summary>
public sealed class BackfillSamplesTests
{
    private static readonly DateTimeOffset Midnight = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_total_is_held_until_it_changes_and_not_while_it_is_gone() =>
        Assert.Equal(
            [(0, 5), (10, 5), (20, 5), (23, 6), (50, 7), (60, 7)],
            Minutes(
                BackfillSamples.Held(
                    [new(At(-30), 5), new(At(23), 6), new(At(30), Value: null), new(At(50), 7)],
                    Midnight,
                    At(65),
                    TimeSpan.FromMinutes(10)
                )
            )
        );

    [Fact]
    public void What_begins_later_begins_with_its_first_sight() =>
        Assert.Equal([(3, 5)], Minutes(BackfillSamples.Held([new(At(3), 5)], Midnight, At(12), TimeSpan.FromMinutes(10))));

    [Fact]
    public void What_a_day_brought_is_spread_evenly_between_its_ends_which_stay_as_they_are() =>
        Assert.Equal(
            [(0, 10), (480, 12), (960, 14), (1440, 17), (1920, 17), (2000, 17)],
            Minutes(BackfillSamples.Spread([(Midnight, 10), (At(1440), 17), (At(2000), 17)], TimeSpan.FromHours(8)))
        );

    [Fact]
    public void A_day_between_two_samples_leaves_the_ends_alone() =>
        Assert.Equal(
            [(0, 10), (1440, 17), (2880, 20)],
            Minutes(BackfillSamples.Spread([(Midnight, 10), (At(1440), 17), (At(2880), 20)], TimeSpan.FromDays(1)))
        );

    [Fact]
    public void Of_nothing_nothing_is_made()
    {
        Assert.Empty(BackfillSamples.Spread([], TimeSpan.FromMinutes(5)));
        Assert.Empty(BackfillSamples.Held([], Midnight, At(10), TimeSpan.FromMinutes(5)));
    }

    private static DateTimeOffset At(int minute) => Midnight.AddMinutes(minute);

    private static IEnumerable<(int Minute, int Value)> Minutes(IEnumerable<(DateTimeOffset At, long Value)> samples) =>
        samples.Select(sample => ((int)(sample.At - Midnight).TotalMinutes, (int)sample.Value));
}
