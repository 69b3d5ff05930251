using Exporter.Configuration.Values;

namespace Exporter.Tests.Configuration;

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
    public void A_word_that_resembles_no_key_has_no_suggestion(string written) => Assert.Null(Suggestion.For(written, Known));

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
