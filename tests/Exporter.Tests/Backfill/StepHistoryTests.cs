using System.Text.Json.Nodes;
using Exporter.Backfill;
using Exporter.SendGrid.Wire;
using Exporter.Snapshots;
using Exporter.Tests.History;
using Exporter.Tests.SendGrid;

namespace Exporter.Tests.Backfill;

public sealed class StepHistoryTests
{
    private static readonly DateOnly Today = new(2026, 1, 10);
    private static readonly DateTimeOffset Now = new(2026, 1, 10, 15, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Totals_are_counted_back_from_now_day_by_day()
    {
        var past = Past([Row("s", "total", 100)], [Row("s", "2026-01-10", 1), Row("s", "2026-01-09", 10), Row("s", "2026-01-07", 5)]);

        Assert.Empty(past.LeftOut);
        Assert.Equal(12, past.Totals.Count);
        Assert.Equal(
            ["01-07 00 84", "01-08 00 89", "01-09 00 89", "01-10 00 99"],
            Opens(past, "s").Select(end => FormattableString.Invariant($"{end.At:MM-dd HH} {end.Total}"))
        );
    }

    [Fact]
    public void A_past_that_ends_before_today_ends_at_midnight_after_its_last_day() =>
        Assert.Equal(
            [94L, 94L],
            Opens(Past([Row("s", "total", 100)], [Row("s", "2026-01-09", 6)], Today.AddDays(-2), Today.AddDays(-2)), "s")
                .Select(end => end.Total)
        );

    /// <summary>Such a past looks as if nothing had ever happened.</summary>
    [Theory]
    [InlineData("total")]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("2026-01-09T00:00:00Z")]
    [InlineData("09.01.2026")]
    [InlineData("2026-02-30")]
    public void Days_that_cannot_be_read_leave_their_step_out_and_not_the_others(string? day)
    {
        var past = Past(
            [Row("s", "total", 100), Row("t", "total", 50)],
            [Row("s", "2026-01-08", 1), Row("s", day, 7), Row("t", "2026-01-09", 5)]
        );

        Assert.Equal("step s: some of its numbers have no day", Assert.Single(past.LeftOut));
        Assert.All(past.Totals, series => Assert.Equal("t", series.StepId));
        Assert.Equal([45L, 45, 45, 50], Opens(past, "t").Select(end => end.Total));
    }

    [Fact]
    public void Days_before_one_without_a_number_are_left_out_for_that_number_alone()
    {
        var past = Past(
            [Row("s", "total", 100)],
            [Row("s", "2026-01-09", 10), Row("s", "2026-01-08", opens: null), Row("s", "2026-01-07", 5)]
        );

        Assert.Equal("step s: opens up to 2026-01-08, a day that lacks the number", Assert.Single(past.LeftOut));
        Assert.Equal([90L, 100], Opens(past, "s").Select(end => end.Total));
        Assert.Equal(4, past.Totals.Single(series => series.Statistic == "delivered").Ends.Count);
    }

    [Fact]
    public void A_day_without_any_numbers_is_a_day_without_each_of_them()
    {
        var past = Past([Row("s", "total", 100)], [new StatsRow { StepId = "s", Aggregation = "2026-01-08" }]);

        Assert.Equal(
            $"step s: {string.Join(", ", EmailStatistics.Names)} up to 2026-01-08, a day that lacks the number",
            Assert.Single(past.LeftOut)
        );
        Assert.All(past.Totals, series => Assert.Equal(2, series.Ends.Count));
    }

    [Fact]
    public void Without_a_total_there_is_nothing_to_count_back_from()
    {
        var past = Past([Row("s", "total", opens: null)], [Row("s", "2026-01-09", 10)]);

        Assert.Equal("step s: opens, which have no total", Assert.Single(past.LeftOut));
        Assert.Equal(11, past.Totals.Count);
    }

    [Fact]
    public void Of_a_step_that_has_no_numbers_at_all_nothing_is_left_out()
    {
        var past = Past([new StatsRow { StepId = "new" }], []);

        Assert.Empty(past.Totals);
        Assert.Empty(past.LeftOut);
    }

    [Theory]
    [InlineData("s", "all")]
    [InlineData("s", null)]
    [InlineData("all", "s")]
    public void Totals_and_days_of_other_steps_do_not_fit_together(string total, string? day)
    {
        var past = Past([Row(total, "total", 100)], [Row(day, "2026-01-09", 5)]);

        Assert.Empty(past.Totals);
        Assert.Contains($"step {total}: totals and days are not grouped by the same steps", past.LeftOut);
    }

    [Fact]
    public void A_step_with_days_and_no_total_is_left_out_unless_nothing_happened_on_them()
    {
        Assert.Equal(
            "step t: it has numbers of days but no total",
            Assert.Single(Past([Row("s", "total", 100)], [Row("t", "2026-01-09", 5)]).LeftOut)
        );
        var nothing = new Statistics
        {
            Requests = 0,
            Delivered = 0,
            Opens = 0,
            UniqueOpens = 0,
            Clicks = 0,
            UniqueClicks = 0,
            Bounces = 0,
            BounceDrops = 0,
            InvalidEmails = 0,
            SpamReports = 0,
            SpamReportDrops = 0,
            Unsubscribes = 0,
        };
        Assert.Empty(
            Past(
                [Row("s", "total", 100)],
                [
                    new StatsRow
                    {
                        StepId = "t",
                        Aggregation = "2026-01-09",
                        Stats = nothing,
                    },
                ]
            ).LeftOut
        );
    }

    [Fact]
    public void The_first_days_there_are_end_nothing_in_an_error() =>
        Assert.Equal(
            2,
            StepHistory
                .Past(new StepDays([Row("s", "total", 3)], [], DateOnly.MinValue.AddDays(1)), DateOnly.MinValue, DateOnly.MinValue)
                .Totals[0]
                .Ends.Count
        );

    /// <summary>The totals then hold the clicks of the new day, which no earlier day had.</summary>
    [Theory]
    [InlineData(-1, 10, 99)]
    [InlineData(0, 10, 99)]
    [InlineData(1, 11, 97)]
    public async Task A_run_that_lasts_over_midnight_asks_for_the_new_day_too(int days, int lastDay, long atEnd)
    {
        await using var server = new WireServer(head =>
            WireServer.Ok(
                head.Contains("aggregated_by=day", StringComparison.Ordinal)
                    ? Page(("2026-01-10", 1), head.Contains("end_date=2026-01-11", StringComparison.Ordinal) ? ("2026-01-11", 2) : null)
                    : Page(("total", 100), null)
            )
        );
        using var attempt = Clients.Attempt();
        var time = new TwoClocks { Wall = Now.AddDays(days) };

        var found = await StepHistory.AskAsync(Clients.To(server.BaseUrl), Clients.Automation, Today.AddDays(-1), Today, attempt, time);
        var past = StepHistory.Past(found.Value!, Today.AddDays(-1), Today.AddDays(-1));

        Assert.Empty(past.LeftOut);
        Assert.Equal(lastDay, found.Value!.Today.Day);
        Assert.Equal(new DayEnd(new DateTimeOffset(2026, 1, 10, 0, 0, 0, TimeSpan.Zero), atEnd), Opens(past, "s")[^1]);

        static string Page(params (string Day, int Opens)?[] rows) =>
            new JsonObject
            {
                ["results"] = new JsonArray([.. rows.OfType<(string Day, int Opens)>().Select(row => Row(row.Day, row.Opens))]),
                ["_metadata"] = new JsonObject(),
            }.ToJsonString();

        static JsonObject Row(string day, int count) =>
            new()
            {
                ["step_id"] = "s",
                ["aggregation"] = day,
                ["stats"] = new JsonObject(EmailStatistics.Names.Select(name => KeyValuePair.Create(name, (JsonNode?)count))),
            };
    }

    private static StepPast Past(StatsRow[] totals, StatsRow[] days, DateOnly? first = null, DateOnly? last = null) =>
        StepHistory.Past(new StepDays(totals, days, Today), first ?? Today.AddDays(-3), last ?? Today.AddDays(-1));

    private static IReadOnlyList<DayEnd> Opens(StepPast past, string step) =>
        past.Totals.Single(series => series.StepId == step && series.Statistic == "opens").Ends;

    private static StatsRow Row(string? step, string? aggregation, long? opens) =>
        new()
        {
            StepId = step,
            Aggregation = aggregation,
            Stats = new Statistics
            {
                Requests = 1,
                Delivered = 1,
                Opens = opens,
                UniqueOpens = 1,
                Clicks = 1,
                UniqueClicks = 1,
                Bounces = 1,
                BounceDrops = 1,
                InvalidEmails = 1,
                SpamReports = 1,
                SpamReportDrops = 1,
                Unsubscribes = 1,
            },
        };
}
