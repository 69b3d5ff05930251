using System.Text.Json.Nodes;
using Simulator;

namespace Exporter.Tests.Simulator;

public sealed class EndpointTests
{
    [Fact]
    public async Task The_list_gives_one_row_for_each_automation_with_the_sum_of_its_steps()
    {
        await using var lab = await Lab.StartAsync();
        var rows = (await lab.GetAsync(Lab.List)).Rows;
        Assert.Equal(lab.Account.Automations.Select(a => a.Id), rows.Select(row => (string)row["id"]!));
        Assert.Equal(Numbers(Total(lab)), Numbers(rows[0]));
        Assert.Equal(("total", "all"), ((string)rows[0]["aggregation"]!, (string)rows[0]["step_id"]!));
    }

    [Fact]
    public async Task The_list_can_be_cut_down_to_ids_with_commas()
    {
        await using var lab = await Lab.StartAsync();
        var wanted = lab.Account.Automations.Skip(1).Take(2).Select(a => a.Id).ToArray();
        var rows = (await lab.GetAsync($"{Lab.List}?automation_ids={string.Join(',', wanted)}")).Rows;
        Assert.Equal(wanted, rows.Select(row => (string)row["id"]!));
        var tooMany = await lab.GetAsync($"{Lab.List}?automation_ids={string.Join(',', Enumerable.Repeat(wanted[0], 26))}");
        Assert.Equal((400, "automation_ids"), (tooMany.Status, tooMany.Field));
    }

    [Fact]
    public async Task Statistics_by_step_are_the_worlds()
    {
        await using var lab = await Lab.StartAsync();
        var totals = lab.SendGrid.World.StepTotals(lab.Automation.Id, lab.SendGrid.Clock.Now);
        var rows = (await lab.GetAsync(lab.Stats)).Rows;
        Assert.Equal(totals.Select(total => total.StepId), rows.Select(row => (string)row["step_id"]!));
        Assert.Equal(totals.Select(total => string.Join(' ', Numbers(total.Stats))), rows.Select(row => string.Join(' ', Numbers(row))));
    }

    [Fact]
    public async Task Statistics_without_grouping_are_one_row_for_all_steps()
    {
        await using var lab = await Lab.StartAsync();
        var row = Assert.Single((await lab.GetAsync($"v3/marketing/stats/automations/{lab.Automation.Id}")).Rows);
        Assert.Equal("all", (string)row["step_id"]!);
        Assert.Equal(Numbers(Total(lab)), Numbers(row));
    }

    [Fact]
    public async Task Statistics_and_links_can_be_cut_down_to_steps()
    {
        await using var lab = await Lab.StartAsync();
        var step = lab.Automation.Steps[2].Id;
        Assert.Equal(step, (string)Assert.Single((await lab.GetAsync($"{lab.Stats}&step_ids={step}")).Rows)["step_id"]!);
        Assert.Equal(5, (await lab.GetAsync($"{lab.Links}&step_ids={step}")).Rows.Count);
        Assert.Equal(
            (400, "step_ids"),
            ((await lab.GetAsync($"{lab.Links}&step_ids=first")).Status, (await lab.GetAsync($"{lab.Links}&step_ids=first")).Field)
        );
    }

    [Fact]
    public async Task Days_sum_up_to_the_total_over_all_pages()
    {
        await using var lab = await Lab.StartAsync();
        var pages = await lab.WalkAsync($"{lab.Stats}&aggregated_by=day&start_date=2000-01-01&timezone=Europe%2FBerlin&page_size=3");
        var sum = pages.SelectMany(page => page.Rows).Sum(row => (long)row["stats"]!["delivered"]!);
        Assert.Equal(Total(lab).Delivered, sum);
        Assert.All(pages.SelectMany(page => page.Rows), row => Assert.Matches(@"^\d{4}-\d\d-\d\d$", (string)row["aggregation"]!));
    }

    [Fact]
    public async Task Dates_include_the_first_and_the_last_day()
    {
        await using var lab = await Lab.StartAsync();
        var day = DateOnly.FromDateTime(lab.SendGrid.Clock.Now.UtcDateTime).AddDays(-1);
        var dates = $"start_date={day:yyyy-MM-dd}&end_date={day:yyyy-MM-dd}";
        var days = lab.SendGrid.World.StepDays(lab.Automation.Id, day, day, TimeZoneInfo.Utc, lab.SendGrid.Clock.Now);
        var byDay = (await lab.GetAsync($"{lab.Stats}&aggregated_by=day&{dates}")).Rows;
        Assert.Equal(days.Select(d => d.Stats.Clicks), byDay.Select(row => (long)row["stats"]!["clicks"]!));
        var total = (await lab.GetAsync($"{lab.Stats}&{dates}")).Rows;
        Assert.Equal(days.Select(d => d.Stats.Clicks), total.Select(row => (long)row["stats"]!["clicks"]!));
        Assert.All(total, row => Assert.Equal("total", (string)row["aggregation"]!));
    }

    [Theory]
    [InlineData("group_by=link", "group_by")]
    [InlineData("aggregated_by=week", "aggregated_by")]
    [InlineData("start_date=20.05.2026", "start_date")]
    [InlineData("start_date=2026-05-20&end_date=2026-05-19", "end_date")]
    [InlineData("timezone=Mars", "timezone")]
    public async Task A_bad_parameter_is_refused_by_its_name(string query, string field)
    {
        await using var lab = await Lab.StartAsync();
        var answer = await lab.GetAsync($"v3/marketing/stats/automations/{lab.Automation.Id}?{query}");
        Assert.Equal((400, field), (answer.Status, answer.Field));
    }

    [Fact]
    public async Task Links_without_grouping_are_summed_over_the_steps()
    {
        await using var lab = await Lab.StartAsync();
        var grouped = (await lab.GetAsync(lab.Links)).Json;
        var all = await lab.GetAsync($"v3/marketing/stats/automations/{lab.Automation.Id}/links");
        Assert.All(all.Rows, row => Assert.Equal("all", (string)row["step_id"]!));
        Assert.Equal((long)grouped["total_clicks"]!, all.Rows.Sum(row => (long)row["clicks"]!));
        Assert.True(all.Rows.Count <= grouped["results"]!.AsArray().Count);
    }

    [Fact]
    public async Task What_is_not_there_is_404_in_the_three_documented_ways()
    {
        await using var lab = await Lab.StartAsync();
        var unknown = Guid.Empty.ToString();
        Assert.Equal((404, ""), Short(await lab.GetAsync($"v3/marketing/stats/automations/{unknown}")));
        Assert.Equal(
            (404, """{"errors":[{"message":"resource not found","field":null}]}"""),
            Short(await lab.GetAsync($"v3/marketing/stats/automations/{unknown}/links"))
        );
        Assert.Equal((404, "{}"), Short(await lab.GetAsync($"v3/marketing/stats/singlesends/{unknown}/links")));
        Assert.Equal(400, (await lab.GetAsync("v3/marketing/stats/automations/first/links")).Status);
        Assert.Equal(404, (await lab.GetAsync("v4/anything")).Status);

        static (int, string) Short(Answer answer) => (answer.Status, answer.Text);
    }

    [Fact]
    public async Task Single_sends_are_grouped_by_variation_and_phase_when_asked_to()
    {
        await using var lab = await Lab.StartAsync();
        var stats = $"v3/marketing/stats/singlesends/{lab.SingleSend.Id}";
        var truth = lab.SendGrid.World.SingleSendTotals(lab.SingleSend.Id, lab.SendGrid.Clock.Now);
        var both = (await lab.GetAsync($"{stats}?group_by=ab_variation,ab_phase")).Rows;
        Assert.Equal(
            truth.Select(t => (t.Variation, t.Phase, t.Stats.Clicks)),
            both.Select(row => ((string)row["ab_variation"]!, (string)row["ab_phase"]!, (long)row["stats"]!["clicks"]!))
        );
        Assert.Equal(["test", "send"], (await lab.GetAsync($"{stats}?group_by=ab_phase")).Rows.Select(row => (string)row["ab_phase"]!));
        var one = Assert.Single((await lab.GetAsync(stats)).Rows);
        Assert.Equal(("all", "all"), ((string)one["ab_variation"]!, (string)one["ab_phase"]!));
        Assert.Equal(truth.Sum(t => t.Stats.Clicks), (long)one["stats"]!["clicks"]!);
    }

    [Fact]
    public async Task Links_of_a_single_send_can_be_cut_down_to_a_variation_and_a_phase()
    {
        await using var lab = await Lab.StartAsync();
        var links = $"v3/marketing/stats/singlesends/{lab.SingleSend.Id}/links";
        var truth = lab.SendGrid.World.SingleSendLinkTotals(lab.SingleSend.Id, lab.SendGrid.Clock.Now);
        Assert.Equal(6, (await lab.GetAsync($"{links}?group_by=ab_variation,ab_phase")).Rows.Count);
        var winner = lab.SingleSend.Variations[^1].Variation;
        var rows = (await lab.GetAsync($"{links}?ab_variation_id={winner}&ab_phase_id=send")).Rows;
        Assert.Equal(
            truth.Where(t => t.Variation == winner && t.Phase == "send").Select(t => (t.Url, t.Variation, t.Phase, t.Clicks)),
            rows.Select(row => ((string)row["url"]!, (string)row["ab_variation"]!, (string)row["ab_phase"]!, (long)row["clicks"]!))
        );
        Assert.Equal(400, (await lab.GetAsync($"{links}?ab_phase_id=all")).Status);
    }

    [Fact]
    public async Task The_export_is_a_row_of_csv_for_each_campaign_and_day()
    {
        await using var lab = await Lab.StartAsync();
        var csv = (await lab.GetAsync($"v3/marketing/stats/automations/export?ids={lab.Automation.Id}")).Text.TrimEnd().Split("\r\n");
        Assert.StartsWith("date,id,name,requests,", csv[0], StringComparison.Ordinal);
        Assert.All(csv[1..], line => Assert.Contains($",{lab.Automation.Id},\"welcome-series\",", line, StringComparison.Ordinal));
        Assert.InRange(csv.Length, 4, 5);
        Assert.Equal(200, (await lab.GetAsync("v3/marketing/stats/singlesends/export")).Status);
    }

    [Fact]
    public async Task The_lists_with_names_use_result_in_the_singular()
    {
        await using var lab = await Lab.StartAsync();
        var sends = (await lab.GetAsync("v3/marketing/singlesends?page_size=1")).Json;
        Assert.Equal("Summer announcement", (string)sends["result"]!.AsArray().Single()!["name"]!);
        Assert.NotNull(sends["_metadata"]!["next"]);
        var automations = (await lab.GetAsync("v3/marketing/automations?limit=2&offset=1")).Json["result"]!.AsArray();
        Assert.Equal(["abandoned-cart", "trial-onboarding"], automations.Select(row => (string)row!["name"]!));
    }

    [Fact]
    public async Task Only_get_is_answered()
    {
        await using var lab = await Lab.StartAsync();
        using var response = await lab.Http.PostAsync(
            new Uri(Lab.List, UriKind.Relative),
            content: null,
            TestContext.Current.CancellationToken
        );
        Assert.Equal(405, (int)response.StatusCode);
    }

    private static Statistics Total(Lab lab) =>
        lab.SendGrid.World.StepTotals(lab.Automation.Id, lab.SendGrid.Clock.Now).Select(total => total.Stats).Aggregate(Statistics.Add);

    private static long[] Numbers(Statistics stats) => [.. stats.ByName.Select(number => number.Value)];

    private static long[] Numbers(JsonObject row) => [.. row["stats"]!.AsObject().Select(number => (long)number.Value!)];
}
