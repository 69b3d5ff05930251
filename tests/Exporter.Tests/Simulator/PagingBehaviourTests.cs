using System.Text.Json.Nodes;

namespace Exporter.Tests.Simulator;

/// <summary>What each behaviour of paging and metadata does, over the 17 links of one automation.</summary>
public sealed class PagingBehaviourTests
{
    [Fact]
    public async Task Paged_normal_gives_three_pages()
    {
        await using var lab = await Lab.WithAsync("paged-normal");
        Assert.Equal([6, 6, 5], (await lab.WalkAsync(lab.Links)).Select(page => page.Rows.Count));
    }

    [Fact]
    public async Task Short_page_gives_fewer_rows_and_empty_pages_and_loses_none()
    {
        await using var lab = await Lab.WithAsync("short-page=7");
        Assert.Equal([7, 0, 7, 0, 3], (await lab.WalkAsync(lab.Links)).Select(page => page.Rows.Count));
    }

    [Fact]
    public async Task Page_clamped_answers_its_largest_page_when_more_was_asked_for()
    {
        await using var lab = await Lab.WithAsync("page-clamped=10");
        Assert.Equal([10, 7], (await lab.WalkAsync(lab.Links + "&page_size=100")).Select(page => page.Rows.Count));
        Assert.Equal(9, (await lab.GetAsync(lab.Links + "&page_size=9")).Rows.Count);
    }

    [Fact]
    public async Task Page_size_400_names_the_field()
    {
        await using var lab = await Lab.WithAsync("page-size-400=20");
        var answer = await lab.GetAsync(lab.Links + "&page_size=21");
        Assert.Equal((400, "page_size", "page_size must be between 1 and 20"), (answer.Status, answer.Field, answer.Message));
        Assert.Equal(200, (await lab.GetAsync(lab.Links + "&page_size=20")).Status);
    }

    [Theory]
    [InlineData("token-expired@times=1", 400, 3)]
    [InlineData("partial-sweep@times=1", 500, 2)]
    public async Task A_walk_breaks_on_a_later_page_and_the_next_one_does_not(string rule, int status, int page)
    {
        await using var lab = await Lab.WithAsync(rule);
        var next = lab.Links + "&page_size=5";
        for (var i = 1; i < page; i++)
        {
            next = (await lab.GetAsync(next)).Next!;
        }

        Assert.Equal(status, (await lab.GetAsync(next)).Status);
        Assert.Equal(4, (await lab.WalkAsync(lab.Links + "&page_size=5")).Count);
    }

    [Fact]
    public async Task Shift_between_pages_gives_one_row_twice_and_misses_one()
    {
        await using var lab = await Lab.StartAsync();
        var whole = (await lab.GetAsync(lab.Links)).Rows.Select(row => row.ToJsonString()).ToArray();
        lab.SendGrid.Behaviours.Add("shift-between-pages");
        var pages = await lab.WalkAsync(lab.Links + "&page_size=5");
        var rows = pages.SelectMany(page => page.Rows).Select(row => row.ToJsonString()).ToArray();
        Assert.Equal(17, rows.Length);
        Assert.Equal(whole[4], Assert.Single(rows.GroupBy(row => row), group => group.Count() == 2).Key);
        Assert.Equal([whole[16]], whole.Except(rows));
        Assert.All(pages, page => Assert.Equal(17, (int)page.Metadata!["count"]!));
    }

    [Fact]
    public async Task Next_token_only_holds_nothing_else_and_the_token_remembers_the_rest()
    {
        await using var lab = await Lab.WithAsync("next-token-only");
        var pages = await lab.WalkAsync(lab.Links + "&page_size=5");
        Assert.All(pages.SkipLast(1), page => Assert.StartsWith("?page_token=", new Uri(page.Next!).Query, StringComparison.Ordinal));
        Assert.Equal([5, 5, 5, 2], pages.Select(page => page.Rows.Count));
        Assert.DoesNotContain(pages.SelectMany(page => page.Rows), row => (string)row["step_id"]! == "all");
    }

    [Fact]
    public async Task Next_loses_group_gives_later_pages_without_steps_unless_asked_again()
    {
        await using var lab = await Lab.WithAsync("next-loses-group");
        var first = await lab.GetAsync(lab.Links + "&page_size=5");
        Assert.DoesNotContain("group_by", first.Next!, StringComparison.Ordinal);
        Assert.DoesNotContain(first.Rows, row => (string)row["step_id"]! == "all");
        Assert.All((await lab.GetAsync(first.Next!)).Rows, row => Assert.Equal("all", (string)row["step_id"]!));
        Assert.All((await lab.GetAsync(first.Next! + "&group_by=step_id")).Rows, row => Assert.NotEqual("all", (string)row["step_id"]!));
    }

    [Theory]
    [InlineData("next-http", "http://127.0.0.1/v3/marketing/")]
    [InlineData("next-foreign-host", "{other}v3/marketing/")]
    [InlineData("next-foreign-host=https://api.example.com", "https://api.example.com/v3/marketing/")]
    [InlineData("next-relative", "/v3/marketing/")]
    public async Task Next_can_lead_elsewhere(string rule, string start)
    {
        await using var lab = await Lab.WithAsync(rule);
        var next = (await lab.GetAsync(lab.Links + "&page_size=5")).Next!;
        Assert.StartsWith(
            start.Replace("{other}", lab.SendGrid.OtherOrigin.ToString(), StringComparison.Ordinal),
            next,
            StringComparison.Ordinal
        );
        Assert.Contains("page_token=", next, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("next-empty-string", "\"\"")]
    [InlineData("next-null", "null")]
    public async Task The_last_page_can_say_so_in_other_ways(string rule, string next)
    {
        await using var lab = await Lab.WithAsync(rule);
        var pages = await lab.WalkAsync(lab.Links + "&page_size=10");
        Assert.Equal(2, pages.Count);
        Assert.Contains($"\"next\":{next}", pages[1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_token_empty_stands_in_self_and_means_the_first_page()
    {
        await using var lab = await Lab.WithAsync("page-token-empty");
        var first = await lab.GetAsync(lab.Links + "&page_size=10");
        var self = (string)first.Metadata!["self"]!;
        Assert.EndsWith("&page_token=", self, StringComparison.Ordinal);
        Assert.Equal(first.Rows.Count, (await lab.GetAsync(self)).Rows.Count);
    }

    [Fact]
    public async Task Next_loop_leads_back()
    {
        await using var lab = await Lab.WithAsync("next-loop@times=1");
        var first = await lab.GetAsync(lab.Links + "&page_size=5");
        Assert.Equal((string)first.Metadata!["self"]!, first.Next);
        lab.SendGrid.Behaviours.Add("next-loop=cycle");
        var (a, b) = (first.Rows, await lab.GetAsync((await lab.GetAsync(lab.Links + "&page_size=5")).Next!));
        Assert.Equal(a.Select(row => row.ToJsonString()), (await lab.GetAsync(b.Next!)).Rows.Select(row => row.ToJsonString()));
    }

    [Theory]
    [InlineData("metadata-missing=null", "\"_metadata\":null")]
    [InlineData("metadata-missing=empty", "\"_metadata\":{}")]
    [InlineData("count-odd", "\"count\":17.0}")]
    [InlineData("count-odd=string", "\"count\":\"17\"}")]
    [InlineData("count-odd=page", "\"count\":5}")]
    [InlineData("results-null", "\"results\":null,\"total_clicks\":0,\"_metadata\":{\"count\":0}")]
    [InlineData("results-absent=result", "\"result\":[{\"url\"")]
    public async Task What_stands_around_the_rows_can_be_odd(string rule, string text)
    {
        await using var lab = await Lab.WithAsync(rule);
        Assert.Contains(text, (await lab.GetAsync(lab.Links + "&page_size=5")).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("metadata-missing", "_metadata")]
    [InlineData("results-absent", "results")]
    public async Task What_stands_around_the_rows_can_be_absent(string rule, string key)
    {
        await using var lab = await Lab.WithAsync(rule);
        Assert.False((await lab.GetAsync(lab.Links)).Json.ContainsKey(key));
    }

    /// <summary>A page without rows and with count 0 would be an honest empty list, which neither behaviour is to be.</summary>
    [Theory]
    [InlineData("results-absent", "count-odd=page")]
    [InlineData("count-odd=page", "results-absent")]
    public async Task Where_the_rows_are_left_out_they_are_not_counted_as_none(string first, string second)
    {
        await using var lab = await Lab.WithAsync(first);
        lab.SendGrid.Behaviours.Add(second);
        Assert.NotEqual(0, (long)(await lab.GetAsync(lab.Links)).Metadata!["count"]!);
    }

    [Fact]
    public async Task Count_odd_can_leave_the_count_out()
    {
        await using var lab = await Lab.WithAsync("count-odd=missing");
        Assert.False((await lab.GetAsync(lab.Links)).Metadata!.ContainsKey("count"));
    }

    [Fact]
    public async Task Total_mismatch_is_not_the_sum_of_the_rows()
    {
        await using var lab = await Lab.WithAsync("total-mismatch=5");
        var page = await lab.GetAsync(lab.Links);
        Assert.Equal(page.Rows.Sum(row => (long)row["clicks"]!) + 5, (long)page.Json["total_clicks"]!);
    }

    [Fact]
    public async Task Metadata_behaviours_leave_lists_without_pages_alone()
    {
        await using var lab = await Lab.WithAsync("next-loses-group");
        lab.SendGrid.Behaviours.Add("next-loop");
        lab.SendGrid.Behaviours.Add("page-token-empty");
        var json = JsonNode.Parse((await lab.GetAsync("v3/marketing/automations")).Body)!;
        Assert.Equal("""{"count":6}""", json["_metadata"]!.ToJsonString());
    }
}
