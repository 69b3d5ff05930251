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
    public void Anything_else_is_none(string text) => Assert.False(Durations.TryParse(text, out _));

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
    public void What_is_written_reads_back() =>
        Gen.Int[0, int.MaxValue]
            .Sample(s => Durations.TryParse(Durations.Format(TimeSpan.FromSeconds(s)), out var back) && back == TimeSpan.FromSeconds(s));
}

public sealed class SuggestionTests
{
    private static readonly string[] Known = ["interval", "timeout", "max_age", "url", "id"];

    [Theory]
    [InlineData("intervall", "interval")]
    [InlineData("Interval", "interval")]
    [InlineData("max-age", "max_age")]
    [InlineData("maxage", "max_age")]
    [InlineData("timout", "timeout")]
    [InlineData("uri", "url")]
    [InlineData("ID", "id")]
    public void A_slip_has_a_suggestion(string written, string meant) => Assert.Equal(meant, Suggestion.For(written, Known));

    [Theory]
    [InlineData("")]
    [InlineData("xyz")]
    [InlineData("retries")]
    [InlineData("interval_of_polling")]
    public void Another_word_has_none(string written) => Assert.Null(Suggestion.For(written, Known));

    [Theory]
    [InlineData("", "", 0)]
    [InlineData("abc", "", 3)]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("flaw", "lawn", 2)]
    public void The_distance_counts_edits(string a, string b, int edits)
    {
        Assert.Equal(edits, Suggestion.Distance(a, b));
        Assert.Equal(edits, Suggestion.Distance(b, a));
    }
}

public sealed class VariablesTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("${WORD}", "word")]
    [InlineData("a${WORD}b${WORD}c", "awordbwordc")]
    [InlineData("${EMPTY}", "")]
    [InlineData("$$", "$")]
    [InlineData("$${WORD}", "${WORD}")]
    [InlineData("$$${WORD}", "$word")]
    [InlineData("$WORD $ $", "$WORD $ $")]
    [InlineData("}", "}")]
    [InlineData("${OTHER:-default}", "default")]
    [InlineData("${EMPTY:-default}", "default")]
    [InlineData("${WORD:-default}", "word")]
    [InlineData("${OTHER:-}", "")]
    [InlineData("${OTHER:-a:-b $ $$ ${WORD}", "a:-b $ $$ ${WORD")]
    [InlineData("$${OTHER:-default}", "${OTHER:-default}")]
    [InlineData("a${OTHER:-b}c${WORD:-d}", "abcword")]
    public void A_value_is_expanded(string text, string expanded)
    {
        Assert.Null(Variables.Expand(text, Files.Environment, out var result));
        Assert.Equal(expanded, result);
    }

    [Theory]
    [InlineData("${", "expected } after ${")]
    [InlineData("${WORD", "expected } after ${")]
    [InlineData("${}", "expected the name of an environment variable (letters, digits, _) in ${…}")]
    [InlineData("${1A}", "expected the name of an environment variable (letters, digits, _) in ${…}")]
    [InlineData("${A B}", "expected the name of an environment variable (letters, digits, _) in ${…}")]
    [InlineData("${OTHER}", "the environment variable OTHER is not set")]
    [InlineData("${OTHER:-default", "expected } after ${")]
    [InlineData("${:-default}", "expected the name of an environment variable (letters, digits, _) in ${…}")]
    [InlineData("${OTHER-default}", "expected the name of an environment variable (letters, digits, _) in ${…}")]
    public void A_mistake_is_said(string text, string mistake) => Assert.Equal(mistake, Variables.Expand(text, Files.Environment, out _));

    [Fact]
    public void What_the_environment_holds_is_not_expanded_again()
    {
        Assert.Null(Variables.Expand("${A}", _ => "${A}$$", out var result));
        Assert.Equal("${A}$$", result);
    }
}
