using CsCheck;
using Exporter.History;

namespace Exporter.Tests.History;

/// <summary>A clock that is set, in whatever direction and however often, deletes no more history than time has passed.</summary>
public sealed class HistoryClockTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_clock_that_is_a_hundred_days_ahead_for_six_seconds_ages_history_by_twelve()
    {
        var time = new TwoClocks { Wall = Noon };
        var clock = HistoryClock.Begin(Noon, TimeSpan.Zero, time);
        time.Pass(TimeSpan.FromSeconds(6));
        time.Wall += TimeSpan.FromDays(100);

        Assert.Equal(Noon.AddSeconds(12), clock.Now(time).Earned);
    }

    [Fact]
    public void A_program_that_starts_with_a_wrong_clock_goes_on_from_what_the_store_says()
    {
        var time = new TwoClocks { Wall = Noon.AddYears(10) };

        Assert.Equal(Noon, HistoryClock.Begin(Noon, TimeSpan.Zero, time).Earned);
        Assert.Equal(time.Wall, HistoryClock.Begin(stored: null, TimeSpan.Zero, time).Earned);
    }

    [Fact]
    public void After_a_time_without_the_program_it_catches_up()
    {
        var time = new TwoClocks { Wall = Noon.AddDays(3) };
        var clock = HistoryClock.Begin(Noon, TimeSpan.Zero, time);
        time.Pass(TimeSpan.FromDays(3));

        Assert.Equal(Noon.AddDays(6), clock.Now(time).Earned);
        time.Pass(TimeSpan.FromDays(1));
        Assert.Equal(time.Wall, clock.Now(time).Earned);
    }

    /// <summary>Else a clock that was wrong for a moment would make the store forget how far it was.</summary>
    [Fact]
    public void A_clock_that_is_set_back_takes_nothing_back()
    {
        var time = new TwoClocks { Wall = Noon };
        var clock = HistoryClock.Begin(Noon, TimeSpan.Zero, time);
        time.Wall -= TimeSpan.FromDays(366);
        clock = clock.Now(time);
        Assert.Equal((Noon, Noon), (clock.Earned, clock.Latest));
        clock = HistoryClock.Begin(clock.Earned, clock.Ran, time);
        Assert.Equal((Noon, Noon), (clock.Earned, clock.Latest));

        time.Wall = Noon.AddSeconds(1);
        Assert.Equal(Noon, clock.Now(time).Earned);
        time.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(time.Wall, clock.Now(time).Earned);
    }

    /// <summary>
    /// Whatever the machine's clock does, restarts included: never back, and never ahead by more than the time that passed.
    /// </summary>
    [Fact]
    public void Whatever_the_clock_does_it_ages_history_by_twice_the_time_that_passes_at_most() =>
        Gen.Select(Gen.Int[0, 10_000], Gen.Int[-400_000_000, 400_000_000], Gen.Bool)
            .List[1, 30]
            .Sample(events =>
            {
                var time = new TwoClocks { Wall = Noon };
                var (clock, passed) = (HistoryClock.Begin(Noon, TimeSpan.Zero, time), TimeSpan.Zero);
                foreach (var (seconds, set, restarts) in events)
                {
                    time.Pass(TimeSpan.FromSeconds(seconds));
                    passed += TimeSpan.FromSeconds(seconds);
                    time.Wall += TimeSpan.FromSeconds(set % 5 == 0 ? set : 0);
                    var before = clock.Earned;
                    clock = clock.Now(time);
                    clock = restarts ? HistoryClock.Begin(clock.Earned, clock.Ran, time) : clock;
                    if (clock.Earned < before || clock.Earned > Noon + (2 * passed) || clock.Latest < time.Wall || clock.Ran != passed)
                    {
                        return false;
                    }
                }

                return true;
            });
}
