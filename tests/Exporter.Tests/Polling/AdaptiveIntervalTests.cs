using CsCheck;
using Exporter.Polling;

namespace Exporter.Tests.Polling;

public sealed class AdaptiveIntervalTests
{
    private static readonly TimeSpan Five = TimeSpan.FromMinutes(5);

    [Theory]
    [InlineData(0, 5)]
    [InlineData(23, 5)]
    [InlineData(24, 10)]
    [InlineData(25, 20)]
    [InlineData(26, 30)]
    [InlineData(1_000_000, 30)]
    public void An_automation_that_has_long_been_still_is_polled_less_often_up_to_the_idle_interval(int unchangedPolls, double minutes) =>
        Assert.Equal(minutes, AdaptiveInterval.OfAutomation(Five, TimeSpan.FromMinutes(30), unchangedPolls).TotalMinutes, precision: 6);

    [Fact]
    public void Without_an_idle_interval_the_interval_is_kept()
    {
        Assert.Equal(Five, AdaptiveInterval.OfAutomation(Five, idle: null, unchangedPolls: 1000));
        Assert.Equal(Five, AdaptiveInterval.OfAutomation(Five, idle: Five, unchangedPolls: 1000));
    }

    [Fact]
    public void An_interval_that_is_longer_already_is_not_made_shorter()
    {
        Assert.Equal(
            TimeSpan.FromHours(1),
            AdaptiveInterval.OfAutomation(TimeSpan.FromHours(1), idle: TimeSpan.FromMinutes(30), unchangedPolls: 1000)
        );
        Assert.Equal(
            TimeSpan.FromHours(8),
            AdaptiveInterval.OfSingleSend(TimeSpan.FromHours(8), TimeSpan.FromDays(30), TimeSpan.FromDays(30))
        );
    }

    [Theory]
    [InlineData(0.5, 24, 5)]
    [InlineData(1, 24, 10)]
    [InlineData(2.9, 24, 20)]
    [InlineData(30, 24, 360)]
    [InlineData(30, 1, 30)]
    public void A_Single_Send_is_polled_half_as_often_with_each_day_that_brings_nothing(double days, double maxAgeHours, double minutes) =>
        Assert.Equal(
            minutes,
            AdaptiveInterval.OfSingleSend(Five, TimeSpan.FromDays(days), TimeSpan.FromHours(maxAgeHours)).TotalMinutes,
            precision: 6
        );

    [Fact]
    public void A_Single_Send_of_unknown_age_keeps_the_interval() =>
        Assert.Equal(Five, AdaptiveInterval.OfSingleSend(Five, unchanged: null, TimeSpan.FromHours(24)));

    [Fact]
    public void A_Single_Send_that_was_sent_in_the_future_keeps_the_interval() =>
        Assert.Equal(Five, AdaptiveInterval.OfSingleSend(Five, TimeSpan.FromDays(-3), TimeSpan.FromHours(24)));

    [Fact]
    public void However_long_nothing_changes_the_interval_stays_within_its_bounds() =>
        Gen.Select(Gen.Int[1, 86_400], Gen.Int[1, 86_400], Gen.Int[0, 100_000])
            .Sample(
                (interval, idle, still) =>
                {
                    var (shortest, longest) = (TimeSpan.FromSeconds(interval), TimeSpan.FromSeconds(Math.Max(interval, idle)));
                    Assert.InRange(AdaptiveInterval.OfAutomation(shortest, TimeSpan.FromSeconds(idle), still), shortest, longest);
                    Assert.InRange(
                        AdaptiveInterval.OfSingleSend(shortest, TimeSpan.FromDays(still), TimeSpan.FromSeconds(2 * idle)),
                        shortest,
                        longest
                    );
                }
            );
}
