using Microsoft.Extensions.Time.Testing;
using Simulator;

namespace Exporter.Tests.Simulator;

public sealed class PagingTests
{
    [Fact]
    public async Task Every_row_comes_once_for_any_page_size()
    {
        await using var lab = await Lab.StartAsync(WorldOptions.Sized(1, 1, 7, 15));
        var truth = lab.SendGrid.World.LinkTotals(lab.Automation.Id, lab.SendGrid.Clock.Now);
        Assert.Equal(105, truth.Count);
        for (var size = 1; size <= 50; size++)
        {
            var pages = await lab.WalkAsync($"{lab.Links}&page_size={size}");
            var rows = pages
                .SelectMany(page => page.Rows)
                .Select(row => new LinkTotal(
                    (string)row["url"]!,
                    (int)row["url_location"]!,
                    (string)row["step_id"]!,
                    (long)row["clicks"]!
                ));
            Assert.Equal(truth, rows);
            Assert.Equal((105 + size - 1) / size, pages.Count);
            Assert.All(pages, page => Assert.Equal(105, (int)page.Metadata!["count"]!));
            Assert.All(pages, page => Assert.Equal(truth.Sum(link => link.Clicks), (long)page.Json["total_clicks"]!));
        }
    }

    [Fact]
    public async Task The_page_size_is_25_when_nothing_is_said()
    {
        await using var lab = await Lab.StartAsync(WorldOptions.Sized(1, 60, 1, 1));
        Assert.Equal([25, 25, 10], (await lab.WalkAsync(Lab.List)).Select(page => page.Rows.Count));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("51")]
    [InlineData("abc")]
    [InlineData("-1")]
    public async Task A_page_size_outside_1_to_50_is_refused(string size)
    {
        await using var lab = await Lab.StartAsync();
        var answer = await lab.GetAsync($"{lab.Links}&page_size={size}");
        Assert.Equal((400, "page_size"), (answer.Status, answer.Field));
    }

    [Fact]
    public async Task The_first_page_has_no_prev_and_the_last_no_next_and_prev_leads_back()
    {
        await using var lab = await Lab.StartAsync();
        var pages = await lab.WalkAsync($"{lab.Links}&page_size=6");
        Assert.Equal([false, true, true], pages.Select(page => page.Metadata!.ContainsKey("prev")));
        Assert.Equal([true, true, false], pages.Select(page => page.Metadata!.ContainsKey("next")));
        var back = await lab.GetAsync((string)pages[2].Metadata!["prev"]!);
        Assert.Equal(pages[1].Text, back.Text);
        Assert.Equal(pages[1].Text, (await lab.GetAsync((string)back.Metadata!["self"]!)).Text);
        Assert.Equal(lab.SendGrid.BaseUrl, new Uri(new Uri(pages[0].Next!).GetLeftPart(UriPartial.Authority)));
    }

    [Fact]
    public async Task A_walk_shows_one_moment_although_the_clock_runs()
    {
        await using var lab = await Lab.StartAsync();
        var first = await lab.GetAsync($"{lab.Links}&page_size=10");
        lab.SendGrid.Clock.Advance(TimeSpan.FromHours(5));
        var second = await lab.GetAsync(first.Next!);
        Assert.Equal((long)first.Json["total_clicks"]!, (long)second.Json["total_clicks"]!);
        Assert.Equal((long)first.Json["total_clicks"]!, first.Rows.Concat(second.Rows).Sum(row => (long)row["clicks"]!));
        Assert.True((long)(await lab.GetAsync(lab.Links)).Json["total_clicks"]! > (long)first.Json["total_clicks"]!);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("bm9uc2Vuc2U")]
    public async Task A_token_that_is_none_is_refused(string token)
    {
        await using var lab = await Lab.StartAsync();
        var answer = await lab.GetAsync($"{lab.Links}&page_token={token}");
        Assert.Equal((400, "page_token"), (answer.Status, answer.Field));
    }

    [Fact]
    public async Task A_token_of_another_list_is_refused()
    {
        await using var lab = await Lab.StartAsync();
        var next = new Uri((await lab.GetAsync($"{lab.Links}&page_size=5")).Next!);
        Assert.Equal(400, (await lab.GetAsync("v3/marketing/stats/automations" + next.Query)).Status);
    }

    [Fact]
    public async Task The_rate_limit_runs_on_real_time_not_on_the_worlds()
    {
        var time = new FakeTimeProvider();
        await using var lab = await Lab.StartAsync(time: time, with: options => options with { RateLimit = 2 });
        Assert.Equal((200, 200, 429), (await Status(), await Status(), await Status()));
        lab.SendGrid.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(429, await Status());
        time.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(200, await Status());

        async Task<int> Status() => (await lab.GetAsync(Lab.List)).Status;
    }
}
