using Exporter.SendGrid;

namespace Exporter.Tests.SendGrid;

public sealed class EndpointLimitTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Nothing_is_known_until_an_answer_tells() => Assert.Null(EndpointLimit.After(before: null, default, Noon));

    [Fact]
    public void A_period_is_a_minute_until_more_was_seen() => Assert.Equal(TimeSpan.FromMinutes(1), After((0, 7))!.Period);

    [Fact]
    public void A_longer_wait_is_a_longer_period() => Assert.Equal(TimeSpan.FromSeconds(90), After((0, 90), (20, 90))!.Period);

    [Fact]
    public void Two_ends_tell_how_long_a_period_is() => Assert.Equal(TimeSpan.FromSeconds(10), After((0, 7), (8, 17))!.Period);

    [Theory]
    [InlineData(1, 61)]
    [InlineData(30, 61)]
    [InlineData(30, 90)]
    public void Ends_that_slide_or_jitter_are_no_periods(int at, int end) => Assert.Equal(TimeSpan.FromMinutes(1), After((0, 60), (at, end))!.Period);

    [Fact]
    public void Between_ends_far_apart_some_were_not_seen() => Assert.Equal(TimeSpan.FromMinutes(1), After((0, 50), (200, 230))!.Period);

    [Fact]
    public void After_a_pause_the_shortest_distance_is_the_period() => Assert.Equal(TimeSpan.FromSeconds(10), After((0, 7), (40, 47), (48, 57))!.Period);

    [Fact]
    public void An_answer_that_was_overtaken_says_nothing_of_the_period() => Assert.Equal(TimeSpan.FromSeconds(10), After((0, 7), (8, 17), (9, 7))!.Period);

    /// <summary>Answers at so many seconds, each in a period that ends at so many.</summary>
    private static EndpointLimit? After(params (int At, int End)[] answers) => answers.Aggregate((EndpointLimit?)null, static (known, answer) =>
        EndpointLimit.After(
            known,
            new RateLimitHeaders(Limit: 30, Remaining: 1, Noon.AddSeconds(answer.End), Noon.AddSeconds(answer.End).ToUnixTimeSeconds(), RetryAt: null),
            Noon.AddSeconds(answer.At)));
}
