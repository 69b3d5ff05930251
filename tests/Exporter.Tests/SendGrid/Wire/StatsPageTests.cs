using System.Text.Json;
using System.Text.Json.Nodes;
using Exporter.SendGrid.Wire;

namespace Exporter.Tests.SendGrid.Wire;

public sealed class StatsPageTests
{
    private const string Json =
        """
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
    public void A_missing_number_is_not_read_as_zero()
    {
        var names = JsonNode.Parse(Json)!["results"]![0]!["stats"]!.AsObject().Select(number => number.Key).Where(name => name != "deferred").ToList();
        Assert.Equal(12, names.Count);
        Assert.All(names, name =>
        {
            var page = JsonNode.Parse(Json)!;
            page["results"]![0]!["stats"]!.AsObject().Remove(name);
            Assert.Throws<JsonException>(() => Page(page.ToJsonString()));
        });
    }

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

    private static ResultsPage<StatsRow> Page(string json) => JsonSerializer.Deserialize(json, WireJson.Default.AutomationStatistics)!;
}
