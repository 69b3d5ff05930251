using System.Text.Json;
using Exporter.SendGrid.Wire;

namespace Exporter.Tests.SendGrid.Wire;

public sealed class LinkPageTests
{
    [Theory]
    [InlineData("3", 3)]
    [InlineData("0", 0)]
    [InlineData("3.0", 3)]
    [InlineData("3e2", 300)]
    [InlineData("\"12\"", 12)]
    [InlineData("\"12.0\"", 12)]
    [InlineData("8589934592", 8_589_934_592)]
    [InlineData("9223372036854775807", long.MaxValue)]
    public void Clicks_may_be_any_spelling_of_a_whole_number(string clicks, long expected) =>
        Assert.Equal(expected, Row($$"""{"clicks":{{clicks}}}""").Clicks);

    [Theory]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("\"-1\"")]
    [InlineData("\"1.5\"")]
    [InlineData("\"many\"")]
    [InlineData("\"1,000\"")]
    [InlineData("\"\"")]
    [InlineData("9223372036854775808")]
    [InlineData("1e400")]
    [InlineData("null")]
    [InlineData("true")]
    [InlineData("[]")]
    [InlineData("{}")]
    public void A_page_with_other_clicks_is_undecodable(string clicks) =>
        Assert.Throws<JsonException>(() => Row($$"""{"clicks":{{clicks}}}"""));

    [Fact]
    public void A_row_without_clicks_is_undecodable_for_no_number_may_be_invented() =>
        Assert.Throws<JsonException>(() => Row("""{"url":"https://shop.example/","step_id":"all"}"""));

    [Theory]
    [InlineData("null", null)]
    [InlineData("\"\"", null)]
    [InlineData("0", "0")]
    [InlineData("\"3\"", "3")]
    [InlineData("3.0", "3")]
    [InlineData("-1", "-1")]
    [InlineData("0.5", "0.5")]
    [InlineData("1e30", "1e30")]
    [InlineData("\"top\"", "top")]
    [InlineData("true", "true")]
    [InlineData("{\"a\":[1]}", null)]
    [InlineData("[0]", null)]
    [InlineData("\"a\\ud800\\n\\u00e9\"", "a\ufffd\n\u00e9")]
    [InlineData("\"\\ud83d\\ude00\"", "\ud83d\ude00")]
    public void A_location_is_a_whole_number_or_any_text(string location, string? expected) =>
        Assert.Equal(expected, Row($$"""{"url_location":{{location}},"clicks":1}""").UrlLocation);

    [Fact]
    public void Everything_but_clicks_may_be_missing_and_unknown_members_are_ignored()
    {
        var row = Row("""{"clicks":1,"Clicks":2,"campaign":{"clicks":[3]},"unique":null}""");

        Assert.Equal(new AutomationLinkRow { Clicks = 1 }, row);
        Assert.False(row.IsGrouped);
    }

    [Theory]
    [InlineData("null", false)]
    [InlineData("\"\"", false)]
    [InlineData("\"all\"", false)]
    [InlineData("\"7b1e0000-0000-4000-8000-00000000000a\"", true)]
    public void A_row_is_grouped_when_it_names_a_step(string step, bool grouped) =>
        Assert.Equal(grouped, Row($$"""{"step_id":{{step}},"clicks":1}""").IsGrouped);

    [Theory]
    [InlineData("""{"results":null}""", 0)]
    [InlineData("""{"results":[]}""", 0)]
    [InlineData("""{"results":[{"clicks":1},{"clicks":2}]}""", 2)]
    public void A_null_list_is_an_empty_one(string json, int rows) => Assert.Equal(rows, Page(json).Rows!.Count);

    [Fact]
    public void A_missing_list_is_told_from_an_empty_one() => Assert.Null(Page("""{"result":[]}""").Rows);

    [Theory]
    [InlineData("""{"results":{}}""")]
    [InlineData("""{"results":"none"}""")]
    [InlineData("""{"results":[null]}""")]
    [InlineData("""{"results":[3]}""")]
    [InlineData("""{"results":[[]]}""")]
    [InlineData("""{"results":[],"_metadata":[1]}""")]
    [InlineData("""{"results":[],"_metadata":7}""")]
    [InlineData("""{"results":[],"_metadata":"none"}""")]
    [InlineData("""{"results":[],"_metadata":{"next":7}}""")]
    [InlineData("""{"results":[],"_metadata":{"next":{}}}""")]
    [InlineData("""{"results":[],"_metadata":{"next":"\ud800"}}""")]
    [InlineData("""[]""")]
    public void What_is_no_list_of_rows_is_undecodable(string json) => Assert.Throws<JsonException>(() => Page(json));

    [Theory]
    [InlineData("41", 41L)]
    [InlineData("\"41\"", 41L)]
    [InlineData("41.0", 41L)]
    [InlineData("null", null)]
    [InlineData("-1", null)]
    [InlineData("1.5", null)]
    [InlineData("\"many\"", null)]
    [InlineData("[{\"a\":1}]", null)]
    [InlineData("{\"a\":[1]}", null)]
    public void Count_and_total_are_for_diagnosis_and_never_make_a_page_undecodable(string number, long? expected)
    {
        var page = Page($$"""{"total_clicks":{{number}},"_metadata":{"count":{{number}},"next":"x"},"results":[{"clicks":1}]}""");

        Assert.Equal(expected, page.TotalClicks);
        Assert.Equal(expected, page.Metadata!.Count);
        Assert.Equal("x", page.Metadata.Next);
        Assert.Single(page.Rows!);
    }

    [Fact]
    public void A_count_that_is_no_text_at_all_does_not_make_a_page_undecodable() =>
        Assert.Null(Page("""{"results":[],"_metadata":{"count":"\ud800"}}""").Metadata!.Count);

    /// <summary>Where a language has one type for both, an empty object is written so.</summary>
    [Fact]
    public void Metadata_that_is_an_empty_array_is_an_empty_object()
    {
        var page = Page("""{"results":[{"clicks":1}],"_metadata":[]}""");

        Assert.Equal(new Metadata(), page.Metadata);
        Assert.Single(page.Rows!);
    }

    [Fact]
    public void Of_a_member_that_is_given_twice_the_last_one_counts() =>
        Assert.Equal(
            ("b", 2),
            (
                Row("""{"url":"a","clicks":1,"url":"b","clicks":2}""").Url,
                Page("""{"results":[],"results":[{"clicks":1},{"clicks":2}]}""").Rows!.Count
            )
        );

    private static AutomationLinkRow Row(string json) => Page($$"""{"results":[{{json}}]}""").Rows![0];

    private static StatisticsPage<AutomationLinkRow> Page(string json) =>
        JsonSerializer.Deserialize(json, WireJson.Default.AutomationLinks)!;
}
