using CsCheck;
using Exporter.SendGrid.RateLimits;

namespace Exporter.Tests.SendGrid;

public sealed class RateLimitHeadersTests
{
    [Fact]
    public void All_three_headers_are_read_and_the_reset_is_a_moment()
    {
        var read = Read(("X-RateLimit-Limit", "600"), ("X-RateLimit-Remaining", "599"), Reset(Some.Noon.AddSeconds(37)), Date(Some.Noon));

        Assert.Equal(
            new RateLimitHeaders(600, 599, Some.Noon.AddSeconds(37), Some.Noon.AddSeconds(37).ToUnixTimeSeconds(), RetryAt: null),
            read
        );
    }

    [Fact]
    public void Names_are_read_in_any_case() =>
        Assert.Equal(3, Read(("x-ratelimit-remaining", "3")).Remaining + Read(("X-Ratelimit-Remaining", "0")).Remaining);

    [Fact]
    public void An_answer_without_headers_says_nothing() => Assert.Equal(default, Read());

    [Theory]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("soon")]
    [InlineData("0x10")]
    [InlineData("99999999999999999999")]
    [InlineData("9223372036854775807")]
    [InlineData("253402300800")]
    public void A_reset_that_is_no_moment_says_nothing(string reset) =>
        Assert.Equal(default, Read(("X-RateLimit-Reset", reset)) with { Limit = null });

    [Fact]
    public void The_last_second_of_the_calendar_is_a_moment() =>
        Assert.Equal(253_402_300_799, Read(Reset(DateTimeOffset.FromUnixTimeSeconds(253_402_300_799))).ResetEpochSeconds);

    [Theory]
    [InlineData(-3600)]
    [InlineData(3600)]
    [InlineData(86_400 * 365)]
    public void How_far_our_clock_is_off_does_not_matter_when_the_answer_is_dated(int skew)
    {
        var server = Some.Noon.AddSeconds(skew);

        Assert.Equal(Some.Noon.AddSeconds(37), Read(Reset(server.AddSeconds(37)), Date(server)).ResetAt);
    }

    [Fact]
    public void Without_a_date_a_reset_is_read_on_the_machines_clock()
    {
        using var response = new HttpResponseMessage();
        var machine = Some.Noon.AddDays(3);
        response.Headers.TryAddWithoutValidation("X-RateLimit-Reset", machine.AddSeconds(37).ToUnixTimeSeconds().ToString());

        Assert.Equal(Some.Noon.AddSeconds(37), RateLimitHeaders.Read(response.Headers, Some.Noon, machine).ResetAt);
    }

    [Theory]
    [InlineData(0.2, 1)]
    [InlineData(2, 2)]
    [InlineData(300, 300)]
    [InlineData(3700, 300)]
    public void Without_a_date_the_wait_is_between_a_second_and_five_minutes(double ahead, int waits) =>
        Assert.Equal(
            Some.Noon.AddSeconds(waits),
            Read(("X-RateLimit-Reset", (Some.Noon.ToUnixTimeSeconds() + ahead).ToString("0.###"))).ResetAt
        );

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3600, 3600)]
    [InlineData(86_400, 3600)]
    public void With_a_date_the_wait_is_between_a_second_and_an_hour(int ahead, int waits) =>
        Assert.Equal(Some.Noon.AddSeconds(waits), Read(Reset(Some.Noon.AddSeconds(ahead)), Date(Some.Noon)).ResetAt);

    [Theory]
    [InlineData(-100)]
    [InlineData(0)]
    public void A_reset_that_is_not_ahead_names_no_time(int ahead) =>
        Assert.Equal(default, Read(Reset(Some.Noon.AddSeconds(ahead)), Date(Some.Noon)));

    [Theory]
    [InlineData("30", 30)]
    [InlineData("0.4", 1)]
    [InlineData("999999999", 3600)]
    [InlineData("1767268830000", 30)]
    [InlineData("1767268830.25", 31)]
    [InlineData("Thu, 01 Jan 2026 12:00:30 GMT", 30)]
    [InlineData("2026-01-01T12:00:30Z", 30)]
    public void A_reset_may_be_a_wait_milliseconds_or_a_date(string reset, int waits) =>
        Assert.Equal(waits, Math.Ceiling((Read(("X-RateLimit-Reset", reset), Date(Some.Noon)).ResetAt!.Value - Some.Noon).TotalSeconds));

    [Fact]
    public void A_server_at_the_end_of_the_calendar_is_read_like_any_other() =>
        Assert.Equal(Some.Noon.AddSeconds(10), Read(("X-RateLimit-Reset", "10"), ("Date", "Fri, 31 Dec 9999 23:59:59 GMT")).ResetAt);

    [Fact]
    public void Retry_after_in_seconds_needs_no_date() => Assert.Equal(Some.Noon.AddSeconds(600), Read(("Retry-After", "600")).RetryAt);

    [Fact]
    public void Retry_after_may_be_seconds_or_a_date_on_the_servers_clock()
    {
        var server = Some.Noon.AddHours(5);

        Assert.Equal(Some.Noon.AddSeconds(7), Read(("Retry-After", "7")).RetryAt);
        Assert.Equal(Some.Noon.AddSeconds(7), Read(("Retry-After", server.AddSeconds(7).ToString("R")), Date(server)).RetryAt);
        Assert.Equal(Some.Noon.AddSeconds(1), Read(("Retry-After", "0")).RetryAt);
        Assert.Equal(Some.Noon.AddSeconds(1), Read(("Retry-After", Some.Noon.AddDays(-1).ToString("R"))).RetryAt);
        Assert.Null(Read(("Retry-After", "in a minute")).RetryAt);
        Assert.Null(Read(("Retry-After", "-5")).RetryAt);
        Assert.Equal(Some.Noon.AddSeconds(2), Read(("Retry-After", "1.5")).RetryAt);
    }

    [Theory]
    [InlineData(60, "1", "60")]
    [InlineData(60, "60", "1")]
    [InlineData(60, "1, 60")]
    [InlineData(60, "soon", "60")]
    [InlineData(86_400, "1234567890123456789012345678901234567890")]
    [InlineData(90, "5, Fri, 15 Jan 2027 08:01:30 GMT")]
    public void Of_several_waits_the_longest_counts(int seconds, params string[] values) =>
        Assert.Equal(
            seconds,
            (
                Read([.. values.Select(value => ("Retry-After", value)), Date(DateTimeOffset.Parse("2027-01-15T08:00:00Z"))]).RetryAt
                - Some.Noon
            )?.TotalSeconds
        );

    [Fact]
    public void Whatever_the_headers_hold_a_named_wait_is_between_the_floor_and_the_cap()
    {
        var text = Gen.OneOf(
            Gen.Long.Select(number => number.ToString()),
            Gen.Long[0, 300_000_000_000].Select(number => number.ToString()),
            Gen.String.AlphaNumeric
        );
        Gen.Select(text, text, Gen.Int[-100_000, 100_000], Gen.Bool)
            .Sample(
                (reset, retry, skew, dated) =>
                {
                    var read = Read(
                        ("X-RateLimit-Reset", reset),
                        ("Retry-After", retry),
                        dated ? Date(Some.Noon.AddSeconds(skew)) : ("X-Other", "1")
                    );
                    Assert.True(
                        read.ResetAt is null
                            || (read.ResetAt - Some.Noon >= RateLimitHeaders.Floor && read.ResetAt - Some.Noon <= RateLimitHeaders.Cap)
                    );
                    Assert.True(
                        read.RetryAt is null
                            || (
                                read.RetryAt - Some.Noon >= RateLimitHeaders.Floor
                                && read.RetryAt - Some.Noon <= RateLimitHeaders.CapOfSeconds
                            )
                    );
                }
            );
    }

    private static RateLimitHeaders Read(params (string Name, string Value)[] headers)
    {
        using var response = new HttpResponseMessage();
        foreach (var (name, value) in headers)
        {
            response.Headers.TryAddWithoutValidation(name, value);
        }

        return RateLimitHeaders.Read(response.Headers, Some.Noon);
    }

    private static (string, string) Reset(DateTimeOffset moment) => ("X-RateLimit-Reset", moment.ToUnixTimeSeconds().ToString());

    private static (string, string) Date(DateTimeOffset moment) => ("Date", moment.ToString("R"));
}
