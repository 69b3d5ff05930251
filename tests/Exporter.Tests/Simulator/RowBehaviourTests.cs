using System.Text.Json.Nodes;

namespace Exporter.Tests.Simulator;

/// <summary>What each behaviour of the rows does.</summary>
public sealed class RowBehaviourTests
{
    [Theory]
    [InlineData("location-missing", "url_location", null)]
    [InlineData("location-missing=null", "url_location", "null")]
    [InlineData("step-all", "step_id", "\"all\"")]
    [InlineData("step-missing", "step_id", null)]
    [InlineData("step-missing=empty", "step_id", "\"\"")]
    public async Task A_field_can_be_absent_or_odd(string rule, string key, string? value)
    {
        await using var lab = await Lab.WithAsync(rule);
        Assert.All(
            (await lab.GetAsync(lab.Links)).Rows,
            row =>
            {
                Assert.Equal(value is not null, row.ContainsKey(key));
                Assert.Equal(value ?? "null", row[key]?.ToJsonString() ?? "null");
            }
        );
    }

    [Fact]
    public async Task Placeholder_url_gives_every_strange_url_and_no_two_alike()
    {
        await using var lab = await Lab.WithAsync("placeholder-url");
        var urls = (await lab.GetAsync(lab.Links)).Rows.Select(row => (string)row["url"]!).ToArray();
        Assert.Equal(17, urls.Distinct().Count());
        foreach (var part in new[] { "{{first_name}}", "{{{unsubscribe}}}", " ", "größe", "mailto:", "\"", "\n" })
        {
            Assert.Contains(urls, url => url.Contains(part, StringComparison.Ordinal));
        }

        Assert.Contains(urls, url => url.Length > 2048);
    }

    [Fact]
    public async Task Pii_url_carries_addresses_and_tokens()
    {
        await using var lab = await Lab.WithAsync("pii-url");
        Assert.All(
            (await lab.GetAsync(lab.Links)).Rows,
            row => Assert.Matches(@"\?email=person\d+@example\.com&token=", (string)row["url"]!)
        );
    }

    [Theory]
    [InlineData("same-location-two-urls", true, false)]
    [InlineData("same-url-two-locations", false, true)]
    [InlineData("exact-duplicate", true, true)]
    public async Task A_row_can_come_again_and_count_and_total_know_it(string rule, bool sameLocation, bool sameUrl)
    {
        await using var lab = await Lab.WithAsync(rule);
        var page = await lab.GetAsync(lab.Links);
        var (one, two) = (page.Rows[0], page.Rows[1]);
        Assert.Equal((18, 18), (page.Rows.Count, (int)page.Metadata!["count"]!));
        Assert.Equal(page.Rows.Sum(row => (long)row["clicks"]!), (long)page.Json["total_clicks"]!);
        Assert.Equal((string)one["step_id"]!, (string)two["step_id"]!);
        Assert.Equal(
            (sameLocation, sameUrl),
            (JsonNode.DeepEquals(one["url_location"], two["url_location"]), JsonNode.DeepEquals(one["url"], two["url"]))
        );
        Assert.Equal(rule is "exact-duplicate" ? 17 : 18, page.Rows.Select(Key).Distinct().Count());
    }

    [Fact]
    public async Task Zero_click_link_absent_lets_a_row_appear_with_its_first_click()
    {
        await using var lab = await Lab.WithAsync("zero-click-link-absent");
        var walks = await TimesAsync(lab, 4);
        Assert.Equal([16, 16, 17, 17], walks.Select(walk => walk.Rows.Count));
        Assert.Equal([1, 2], walks.Skip(2).Select(walk => (int)walk.Rows[^1]["clicks"]!));
    }

    [Fact]
    public async Task Link_vanishes_leaves_one_out()
    {
        await using var lab = await Lab.StartAsync();
        var before = (await lab.GetAsync(lab.Links)).Rows;
        lab.SendGrid.Behaviours.Add("link-vanishes");
        var after = await lab.GetAsync(lab.Links);
        Assert.Equal(before.SkipLast(1).Select(Key), after.Rows.Select(Key));
        Assert.Equal(16, (int)after.Metadata!["count"]!);
    }

    [Fact]
    public async Task Clicks_go_down_in_links_and_steps()
    {
        await using var lab = await Lab.StartAsync();
        var (links, steps) = ((await lab.GetAsync(lab.Links)).Rows, (await lab.GetAsync(lab.Stats)).Rows);
        lab.SendGrid.Behaviours.Add("clicks-go-down=20");
        Assert.All(
            (await lab.GetAsync(lab.Links)).Rows.Zip(links),
            pair => Assert.InRange((long)pair.First["clicks"]!, 1, (long)pair.Second["clicks"]! - 1)
        );
        Assert.All(
            (await lab.GetAsync(lab.Stats)).Rows.Zip(steps),
            pair => Assert.Equal((long)pair.Second["stats"]!["clicks"]! * 8 / 10.0, (double)pair.First["stats"]!["clicks"]!, tolerance: 1)
        );
    }

    [Fact]
    public async Task Huge_numbers_do_not_fit_into_32_bits_and_still_sum_up()
    {
        await using var lab = await Lab.WithAsync("huge-numbers");
        var page = await lab.GetAsync(lab.Links);
        Assert.All(page.Rows, row => Assert.True((long)row["clicks"]! > uint.MaxValue));
        Assert.Equal(page.Rows.Sum(row => (long)row["clicks"]!), (long)page.Json["total_clicks"]!);
    }

    [Fact]
    public async Task Slow_growth_stands_still_and_then_jumps()
    {
        await using var lab = await Lab.WithAsync("slow-growth=3");
        var clicks = new List<long>();
        for (var walk = 0; walk < 4; walk++)
        {
            clicks.Add((long)(await lab.GetAsync(lab.Links)).Json["total_clicks"]!);
            lab.SendGrid.Clock.Advance(TimeSpan.FromHours(1));
        }

        Assert.Equal([clicks[0], clicks[0], clicks[0], clicks[0] * 100], clicks);
    }

    [Fact]
    public async Task String_numbers_are_text_everywhere()
    {
        await using var lab = await Lab.WithAsync("string-numbers");
        var page = await lab.GetAsync(lab.Links);
        Assert.All(page.Rows, row => Assert.Matches(@"^""\d+""$", row["clicks"]!.ToJsonString()));
        Assert.Matches(@"""total_clicks"":""\d+""", page.Text);
        Assert.Contains("\"count\":\"17\"", page.Text, StringComparison.Ordinal);
        Assert.Matches(@"""unique_clicks"":""\d+""", (await lab.GetAsync(lab.Stats)).Text);
    }

    [Fact]
    public async Task Stamp_walk_tells_from_the_clicks_alone_which_walk_a_row_belongs_to()
    {
        await using var lab = await Lab.WithAsync("stamp-walk");
        var first = await lab.GetAsync(lab.Links + "&page_size=10");
        await lab.GetAsync(lab.Links);
        var second = await lab.GetAsync(first.Next!);
        Assert.Equal(Enumerable.Range(1000, 17), first.Rows.Concat(second.Rows).Select(row => (int)row["clicks"]!));
        Assert.Equal(3000, (int)(await lab.GetAsync(lab.Links)).Rows[0]["clicks"]!);
        Assert.Equal(1000, (int)(await lab.GetAsync(lab.Stats)).Rows[0]["stats"]!["clicks"]!);
    }

    [Theory]
    [InlineData("stats-404-not-ready", "", "{\"errors\"")]
    [InlineData("listed-but-404", "", "{\"errors\"")]
    [InlineData("404-empty-body", "", "")]
    [InlineData("404-errors", "{\"errors\"", "{\"errors\"")]
    [InlineData("404-{}", "{}", "{}")]
    [InlineData("deleted-automation", "", "{\"errors\"")]
    public async Task A_campaign_can_be_404(string name, string stats, string links)
    {
        await using var lab = await Lab.StartAsync();
        lab.SendGrid.Behaviours.Add($"{name}@automation={lab.Automation.Id}");
        Check(stats, await lab.GetAsync(lab.Stats));
        Check(links, await lab.GetAsync(lab.Links));
        var listed = (await lab.GetAsync(Lab.List)).Rows.Select(row => (string)row["id"]!).Contains(lab.Automation.Id);
        Assert.Equal(name is not "deleted-automation", listed);

        static void Check(string body, Answer answer)
        {
            Assert.Equal(404, answer.Status);
            Assert.Equal(body, answer.Text[..Math.Min(answer.Text.Length, body.Length is 0 ? 99 : body.Length)]);
        }
    }

    [Fact]
    public async Task New_automation_appears_in_a_list_whose_order_changes()
    {
        await using var lab = await Lab.WithAsync("new-automation-appears");
        var ids = lab.Account.Automations.Select(automation => automation.Id).ToArray();
        string[][] seen = [await IdsAsync(), await IdsAsync(), await IdsAsync()];
        Assert.Equal(ids[..5], seen[0]);
        Assert.Equal(ids.Order(), seen[1].Order());
        Assert.Equal(ids.Order(), seen[2].Order());
        Assert.NotEqual(seen[1], seen[2]);

        async Task<string[]> IdsAsync() => [.. (await lab.GetAsync(Lab.List)).Rows.Select(row => (string)row["id"]!)];
    }

    [Fact]
    public async Task Export_route_lists_an_id_behind_which_there_is_csv()
    {
        await using var lab = await Lab.WithAsync("export-route");
        Assert.Equal("export", (string)(await lab.GetAsync(Lab.List)).Rows[^1]["id"]!);
        Assert.Equal("text/csv", (await lab.GetAsync(Lab.List + "/export")).ContentType);
    }

    [Theory]
    [InlineData("title", 200, "{\"result\":[{\"id\":\"")]
    [InlineData("results", 200, "{\"results\":[{\"id\":\"")]
    [InlineData("array", 200, "[{\"id\":\"")]
    [InlineData("404", 404, "{\"errors\"")]
    [InlineData("403", 403, "{\"errors\"")]
    public async Task The_undocumented_list_has_many_shapes(string shape, int status, string start)
    {
        await using var lab = await Lab.WithAsync("automations-undocumented=" + shape);
        var answer = await lab.GetAsync("v3/marketing/automations");
        Assert.Equal(status, answer.Status);
        Assert.StartsWith(start, answer.Text, StringComparison.Ordinal);
        Assert.Equal(shape is "title", answer.Text.Contains("\"title\":\"welcome-series\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Many_is_a_large_account()
    {
        await using var lab = await Lab.WithAsync("many");
        var list = await lab.WalkAsync(Lab.List + "?page_size=50");
        Assert.Equal(130, list.Sum(page => page.Rows.Count));
        var id = (string)list[2].Rows[^1]["id"]!;
        var links = (await lab.WalkAsync($"v3/marketing/stats/automations/{id}/links?group_by=step_id&page_size=50"))
            .SelectMany(page => page.Rows)
            .ToArray();
        Assert.Equal(150, links.Length);
        Assert.Equal(10, links.Select(row => (string)row["step_id"]!).Distinct().Count());
    }

    private static string Key(JsonObject row) => $"{row["step_id"]} {row["url_location"]} {row["url"]}";

    private static async Task<IReadOnlyList<Answer>> TimesAsync(Lab lab, int count)
    {
        var answers = new List<Answer>();
        for (var i = 0; i < count; i++)
        {
            answers.Add(await lab.GetAsync(lab.Links));
        }

        return answers;
    }
}
