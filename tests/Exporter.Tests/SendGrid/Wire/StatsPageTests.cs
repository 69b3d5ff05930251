using System.Text.Json;
using System.Text.Json.Nodes;
using Exporter.Polling;
using Exporter.SendGrid.Wire;
using Exporter.Snapshots;

namespace Exporter.Tests.SendGrid.Wire;

public sealed class StatsPageTests
{
    private const string Json = """
        {"results":[{"id":"5f0c1a3e-0000-4000-8000-000000000001","aggregation":"total","step_id":"all",
          "stats":{"requests":1,"delivered":"2","opens":3.0,"unique_opens":4,"clicks":5,"unique_clicks":6,
                   "bounces":7,"bounce_drops":8,"invalid_emails":9,"spam_reports":10,"spam_report_drops":11,"unsubscribes":12,"deferred":99}}],
         "_metadata":{"count":1}}
        """;

    [Fact]
    public void All_twelve_numbers_are_read_each_from_its_own_member()
    {
        var row = Assert.Single(Page(Json).Rows!);

        var expected = new Statistics
        {
            Requests = 1,
            Delivered = 2,
            Opens = 3,
            UniqueOpens = 4,
            Clicks = 5,
            UniqueClicks = 6,
            Bounces = 7,
            BounceDrops = 8,
            InvalidEmails = 9,
            SpamReports = 10,
            SpamReportDrops = 11,
            Unsubscribes = 12,
        };
        Assert.Equal(("5f0c1a3e-0000-4000-8000-000000000001", "total", expected), (row.Id, row.Aggregation, row.Stats));
    }

    [Fact]
    public void A_missing_number_is_not_read_as_zero_and_costs_no_other()
    {
        foreach (var (index, name) in EmailStatistics.Names.Index())
        {
            var page = JsonNode.Parse(Json)!;
            page["results"]![0]!["stats"]![name] = null;
            AssertMissing(page, index);
            page["results"]![0]!["stats"]!.AsObject().Remove(name);
            AssertMissing(page, index);
        }

        static void AssertMissing(JsonNode page, int index)
        {
            var numbers = CampaignPoll.Values(Assert.Single(Page(page.ToJsonString()).Rows!).Stats);
            Assert.Equal(Enumerable.Range(1, 12).Select(number => number == index + 1 ? (long?)null : number), numbers);
        }
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("1e30")]
    [InlineData("true")]
    [InlineData("\"\"")]
    [InlineData("\"many\"")]
    [InlineData("\"\\ud800\"")]
    [InlineData("[]")]
    [InlineData("{}")]
    public void A_number_that_is_there_and_no_count_makes_the_page_undecodable(string number) =>
        Assert.All(
            EmailStatistics.Names,
            name => Assert.Throws<JsonException>(() => Page($$$"""{"results":[{"stats":{"{{{name}}}":{{{number}}}}}]}"""))
        );

    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"other":1}""")]
    public void Statistics_may_be_empty(string stats) =>
        Assert.Equal(new Statistics(), Page($$"""{"results":[{"stats":{{stats}}}]}""").Rows![0].Stats);

    [Theory]
    [InlineData("7")]
    [InlineData("true")]
    [InlineData("\"none\"")]
    [InlineData("[1]")]
    [InlineData("[{}]")]
    public void Statistics_of_another_kind_are_undecodable_and_the_message_says_where(string stats) =>
        Assert.Equal("$.results[0].stats", Assert.Throws<JsonException>(() => Page($$"""{"results":[{"stats":{{stats}}}]}""")).Path);

    [Theory]
    [InlineData("""{"id":"a"}""")]
    [InlineData("""{"id":"a","stats":null}""")]
    public void A_row_may_have_no_numbers_at_all(string row) => Assert.Null(Page($$"""{"results":[{{row}}]}""").Rows![0].Stats);

    [Fact]
    public void Step_and_day_make_rows_of_one_automation_different_rows()
    {
        var rows = Page("""{"results":[{"id":"a"},{"id":"a","step_id":"s"},{"id":"a","step_id":"s","aggregation":"2026-01-01"}]}""").Rows!;

        Assert.Equal(3, rows.Select(row => row.Identity).Distinct().Count());
    }

    private static StatisticsPage<StatsRow> Page(string json) => JsonSerializer.Deserialize(json, WireJson.Default.AutomationStatistics)!;
}
