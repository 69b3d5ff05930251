using CsCheck;
using Exporter.Polling;

namespace Exporter.Tests.Polling;

public sealed class ScheduleTests
{
    [Fact]
    public void The_next_place_in_the_grid_is_later_and_at_most_an_interval_away() =>
        Gen.Select(Gen.Int[1, 200], Gen.Int[0, 199], Gen.Double[1, 86_400], Gen.Double[-1, 1_000_000])
            .Sample(
                (count, index, interval, after) =>
                {
                    var from = Some.Noon + TimeSpan.FromSeconds(after);
                    var next = Schedule.Next(Some.Noon, TimeSpan.FromSeconds(interval), index % count, count, from);
                    Assert.InRange(next - from, TimeSpan.FromTicks(1), TimeSpan.FromSeconds(interval) + TimeSpan.FromMilliseconds(1));
                }
            );

    [Fact]
    public void All_automations_together_divide_the_interval_evenly()
    {
        var places = Enumerable
            .Range(0, 10)
            .Select(index => Schedule.Next(Some.Noon, TimeSpan.FromMinutes(5), index, 10, Some.Noon))
            .Order()
            .ToList();

        Assert.All(places.Zip(places.Skip(1)), pair => Assert.Equal(30, (pair.Second - pair.First).TotalSeconds, precision: 3));
        Assert.Equal(300, (places[^1] - Some.Noon).TotalSeconds, precision: 3);
    }

    [Theory]
    [InlineData(0, 20)]
    [InlineData(1, 40)]
    [InlineData(2, 60)]
    public void The_first_of_three_is_polled_after_a_third_of_the_interval_and_the_last_at_its_end(int index, int seconds) =>
        Assert.Equal(Some.Noon.AddSeconds(seconds), Schedule.Next(Some.Noon, TimeSpan.FromMinutes(1), index, 3, Some.Noon));

    [Fact]
    public void A_poll_that_outlasts_its_interval_skips_the_places_it_missed()
    {
        var due = Schedule.AfterAttempt(NextMinute, started: Some.Noon, ended: Some.Noon.AddMinutes(2.5), named: null);

        Assert.Equal(Some.Noon.AddMinutes(3), due);
    }

    [Fact]
    public void A_poll_that_ends_at_a_place_in_the_grid_waits_for_the_next_one() =>
        Assert.Equal(
            Some.Noon.AddMinutes(2),
            Schedule.AfterAttempt(NextMinute, started: Some.Noon, ended: Some.Noon.AddMinutes(1), named: null)
        );

    [Fact]
    public void A_clock_that_was_set_back_a_little_during_a_poll_does_not_bring_it_twice() =>
        Assert.Equal(
            Some.Noon.AddMinutes(1),
            Schedule.AfterAttempt(NextMinute, started: Some.Noon, ended: Some.Noon.AddSeconds(-0.5), named: null)
        );

    [Fact]
    public void A_time_that_the_api_named_is_waited_for_and_otherwise_the_interval_is_kept()
    {
        Assert.Equal(
            Some.Noon.AddMinutes(7),
            Schedule.AfterAttempt(NextMinute, Some.Noon, Some.Noon.AddSeconds(1), named: Some.Noon.AddMinutes(7))
        );
        Assert.Equal(
            Some.Noon.AddMinutes(1),
            Schedule.AfterAttempt(NextMinute, Some.Noon, Some.Noon.AddSeconds(1), named: Some.Noon.AddSeconds(9))
        );
        Assert.Equal(Some.Noon.AddMinutes(1), Schedule.AfterAttempt(NextMinute, Some.Noon, Some.Noon.AddSeconds(1), named: null));
    }

    [Fact]
    public void After_a_restart_each_is_polled_an_interval_after_its_last_attempt() =>
        Assert.Equal([Some.Noon.AddMinutes(1), Some.Noon.AddMinutes(4)], Resumed([(-4, -60), (-1, -60)], maxAge: TimeSpan.FromDays(1)));

    [Fact]
    public void After_a_longer_stop_the_polls_are_spread_over_the_interval_those_left_longest_first() =>
        Assert.Equal(
            [Some.Noon.AddMinutes(3.75), Some.Noon.AddMinutes(1.25), Some.Noon, Some.Noon.AddMinutes(2.5)],
            Resumed([(-5, -60), (-20, -60), (null, -60), (-10, -60)], maxAge: TimeSpan.FromDays(1))
        );

    [Fact]
    public void Values_that_would_age_out_meanwhile_come_within_half_of_the_time_that_they_have() =>
        Assert.Equal([Some.Noon, Some.Noon.AddSeconds(15)], Resumed([(-8, -59), (-7, -59)], maxAge: TimeSpan.FromHours(1)));

    [Fact]
    public void Without_values_the_whole_age_is_left() =>
        Assert.Equal([Some.Noon, Some.Noon.AddMinutes(1)], Resumed([(-8, null), (-7, null)], maxAge: TimeSpan.FromMinutes(4)));

    /// <summary>When campaigns are due whose last attempt and last success were at so many minutes.</summary>
    private static IEnumerable<DateTimeOffset> Resumed((int? LastAttempt, int? LastSuccess)[] minutes, TimeSpan maxAge)
    {
        return Schedule.ResumedDues(
            [.. minutes.Select(saved => (At(saved.LastAttempt), At(saved.LastSuccess), TimeSpan.FromMinutes(5)))],
            maxAge,
            Some.Noon
        );

        static DateTimeOffset? At(int? minute) => minute is { } minutes ? Some.Noon.AddMinutes(minutes) : null;
    }

    private static DateTimeOffset NextMinute(DateTimeOffset after) => Schedule.Next(Some.Noon, TimeSpan.FromMinutes(1), 0, 1, after);
}
