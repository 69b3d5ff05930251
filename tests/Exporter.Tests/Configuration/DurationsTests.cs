using CsCheck;
using Exporter.Configuration.Values;

namespace Exporter.Tests.Configuration;

public sealed class DurationsTests
{
    [Theory]
    [InlineData("30s", 30)]
    [InlineData("5m", 300)]
    [InlineData("2h", 7200)]
    [InlineData("7d", 604800)]
    [InlineData("0s", 0)]
    [InlineData("007m", 420)]
    public void A_duration_is_one_whole_number_and_one_unit(string text, int seconds)
    {
        Assert.True(Durations.TryParse(text, out var duration));
        Assert.Equal(TimeSpan.FromSeconds(seconds), duration);
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("m")]
    [InlineData("5M")]
    [InlineData("5 m")]
    [InlineData(" 5m")]
    [InlineData("+5m")]
    [InlineData("1.5h")]
    [InlineData("1h30m")]
    [InlineData("5min")]
    [InlineData("٥m")]
    public void Any_other_text_is_not_a_duration(string text) => Assert.False(Durations.TryParse(text, out _));

    [Theory]
    [InlineData("99999999999999999999s")]
    [InlineData("9223372036854775807d")]
    [InlineData("106751991d")]
    public void A_duration_too_long_to_hold_is_the_longest_there_is(string text)
    {
        Assert.True(Durations.TryParse(text, out var duration));
        Assert.True(duration > TimeSpan.FromDays(10_000_000));
    }

    [Theory]
    [InlineData(1, "1s")]
    [InlineData(90, "90s")]
    [InlineData(60, "1m")]
    [InlineData(86400, "24h")]
    [InlineData(172800, "2d")]
    [InlineData(0, "0s")]
    public void A_duration_is_written_as_short_as_possible(int seconds, string text) =>
        Assert.Equal(text, Durations.Format(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void A_duration_that_is_written_can_be_read_again() =>
        Gen.Int[0, int.MaxValue]
            .Sample(s => Durations.TryParse(Durations.Format(TimeSpan.FromSeconds(s)), out var back) && back == TimeSpan.FromSeconds(s));
}
