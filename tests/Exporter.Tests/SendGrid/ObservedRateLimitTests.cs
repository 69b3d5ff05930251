using Exporter.SendGrid.RateLimits;

namespace Exporter.Tests.SendGrid;

public sealed class ObservedRateLimitTests
{
    [Fact]
    public void Nothing_is_known_until_an_answer_tells() => Assert.Null(ObservedRateLimit.Next(before: null, default, Some.Noon));

    [Fact]
    public void An_answer_that_leaves_one_number_out_says_nothing()
    {
        var whole = Told(30, 7);
        var known = ObservedRateLimit.Next(before: null, whole, Some.Noon);

        Assert.Same(known, ObservedRateLimit.Next(known, whole with { Limit = null }, Some.Noon));
        Assert.Same(known, ObservedRateLimit.Next(known, whole with { Limit = 0 }, Some.Noon));
        Assert.Same(known, ObservedRateLimit.Next(known, whole with { ResetAt = null }, Some.Noon));
        Assert.Same(known, ObservedRateLimit.Next(known, whole with { ResetEpochSeconds = null }, Some.Noon));
    }

    [Fact]
    public void The_rate_is_the_requests_of_a_period_in_its_time()
    {
        var known = ObservedRateLimit.Next(ObservedRateLimit.Next(before: null, Told(30, 7), Some.Noon), Told(600, 7), Some.Noon)!;

        Assert.Equal((600, 120), (known.Requests, known.MostPerSecond));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(3, 1)]
    [InlineData(4, 2)]
    [InlineData(60, 58)]
    [InlineData(90, 88)]
    public void A_period_seen_once_is_unknown_and_lasts_at_least_what_was_waited_but_for_two_roundings(int wait, int least)
    {
        var limit = After((0, wait), (0, wait))!;

        Assert.Null(limit.Period);
        Assert.Equal(TimeSpan.FromSeconds(least), limit.LeastPeriod);
    }

    [Fact]
    public void The_longest_wait_counts() => Assert.Equal(TimeSpan.FromSeconds(88), After((0, 90), (20, 90))!.LeastPeriod);

    [Fact]
    public void A_period_is_of_whole_seconds() =>
        Assert.Equal(TimeSpan.FromSeconds(88), ObservedRateLimit.Next(before: null, Told(30, 90), Some.Noon.AddSeconds(-0.4))!.LeastPeriod);

    [Fact]
    public void A_known_period_is_no_longer_than_it_is() => Assert.Equal(TimeSpan.FromSeconds(10), After((0, 7), (8, 17))!.LeastPeriod);

    [Fact]
    public void Two_ends_tell_how_long_a_period_is() => Assert.Equal(TimeSpan.FromSeconds(10), After((0, 7), (8, 17))!.Period);

    [Theory]
    [InlineData(1, 61)]
    [InlineData(30, 61)]
    [InlineData(30, 90)]
    public void Ends_that_slide_or_jitter_are_no_periods(int at, int end) => Assert.Null(After((0, 60), (at, end))!.Period);

    [Theory]
    [InlineData(9, 17, 10)]
    [InlineData(10, 17, null)]
    [InlineData(5, 12, 5)]
    [InlineData(4, 11, null)]
    public void Two_ends_are_a_period_apart_when_one_was_waited_for_as_long_up_to_two_seconds(int at, int end, int? period) =>
        Assert.Equal(period, (int?)After((0, 7), (at, end))!.Period?.TotalSeconds);

    [Theory]
    [InlineData(12, 10)]
    [InlineData(13, null)]
    public void A_wait_that_is_longer_than_what_two_ends_told_shows_that_they_told_wrong(int wait, int? period) =>
        Assert.Equal(period, (int?)After((0, 7), (8, 17), (20, 20 + wait))!.Period?.TotalSeconds);

    [Fact]
    public void Ends_that_slide_do_not_replace_what_two_others_told() =>
        Assert.Equal(TimeSpan.FromSeconds(10), After((0, 7), (8, 17), (12, 20))!.Period);

    [Fact]
    public void One_end_that_comes_twice_is_no_period() => Assert.Null(After((0, 2), (1, 2))!.Period);

    /// <summary>A service that counts from now instead of from 1970.</summary>
    [Fact]
    public void The_first_end_alone_is_no_period_however_small_its_number() =>
        Assert.Null(ObservedRateLimit.Next(before: null, Told(30, 1) with { ResetEpochSeconds = 2 }, Some.Noon)!.Period);

    [Fact]
    public void Between_ends_far_apart_some_were_not_seen() => Assert.Null(After((0, 50), (200, 230))!.Period);

    [Fact]
    public void After_a_pause_the_shortest_distance_is_the_period() =>
        Assert.Equal(TimeSpan.FromSeconds(10), After((0, 7), (40, 47), (48, 57))!.Period);

    [Fact]
    public void An_answer_that_was_overtaken_says_nothing_of_the_period() =>
        Assert.Equal(TimeSpan.FromSeconds(10), After((0, 7), (8, 17), (9, 7))!.Period);

    [Fact]
    public void The_end_of_an_overtaken_answer_is_not_the_last_one() => Assert.Null(After((0, 10), (1, 2), (2, 10))!.Period);

    /// <summary>Answers at so many seconds, each in a period that ends at so many.</summary>
    private static ObservedRateLimit? After(params (int At, int End)[] answers) =>
        answers.Aggregate(
            (ObservedRateLimit?)null,
            static (known, answer) => ObservedRateLimit.Next(known, Told(30, answer.End), Some.Noon.AddSeconds(answer.At))
        );

    private static RateLimitHeaders Told(int limit, int end) =>
        new(limit, Remaining: 1, Some.Noon.AddSeconds(end), Some.Noon.AddSeconds(end).ToUnixTimeSeconds(), RetryAt: null);
}
