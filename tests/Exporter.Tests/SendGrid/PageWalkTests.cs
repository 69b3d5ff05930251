using Exporter.Snapshots;
using Exporter.Tests.VirtualTime;
using Simulator;

namespace Exporter.Tests.SendGrid;

/// <summary>The rules of promise 1, each against a server that behaves that way.</summary>
[Collection(nameof(OnVirtualTime))]
public sealed class PageWalkTests
{
    [Fact]
    public async Task A_walk_gives_all_rows_of_all_pages_in_order_and_asks_for_each_page_once()
    {
        await using var api = await Api.StartAsync();
        using var attempt = Clients.Attempt(api.Clock);

        var walk = (await api.Clock.UntilAsync(api.Client.ListAutomationLinksAsync(api.Automation, attempt))).Value!;

        Assert.Equal(api.Truth, Api.Rows(walk));
        Assert.Equal(api.Truth.Sum(row => row.Item4), walk.TotalClicks);
        Assert.False(walk.CountMismatch);
        Assert.Equal(3, attempt.Pages);
        Assert.Equal(
            ["?group_by=step_id&page_size=50", "?group_by=step_id&page_size=50", "?group_by=step_id&page_size=50"],
            api.Requests.Select(WithoutToken)
        );
        Assert.Equal(3, api.Requests.Select(request => request.Query).Distinct().Count());
    }

    [Theory]
    [InlineData("next-token-only")]
    [InlineData("next-http")]
    [InlineData("next-foreign-host")]
    [InlineData("next-foreign-host=https://stats.internal:8443")]
    [InlineData("next-relative")]
    [InlineData("next-empty-string")]
    [InlineData("next-null")]
    [InlineData("page-token-empty")]
    [InlineData("count-odd=float")]
    [InlineData("count-odd=missing")]
    [InlineData("count-odd=string")]
    [InlineData("string-numbers")]
    [InlineData("total-mismatch")]
    [InlineData("gzip")]
    [InlineData("bom")]
    [InlineData("chunked")]
    [InlineData("charset-utf8")]
    public async Task A_habit_that_changes_no_row_costs_nothing(string behaviour)
    {
        await using var api = await Api.StartAsync(behaviour);

        var walk = (await api.LinksAsync()).Value!;

        Assert.Equal(api.Truth, Api.Rows(walk));
        Assert.False(walk.CountMismatch);
        Assert.Equal(3, api.Requests.Count);
        Assert.DoesNotContain(api.Requests, request => request.Listener == Listener.Other);
    }

    [Fact]
    public async Task Short_and_empty_pages_with_a_next_are_followed()
    {
        await using var api = await Api.StartAsync("short-page");

        Assert.Equal(api.Truth, Api.Rows((await api.LinksAsync()).Value!));
        Assert.Equal(23, api.Requests.Count);
    }

    [Fact]
    public async Task A_link_back_is_followed_to_the_base_url_and_the_other_origin_hears_nothing()
    {
        await using var api = await Api.StartAsync("next-foreign-host");

        await api.LinksAsync();

        Assert.All(
            api.Requests,
            request => Assert.Equal((Listener.Main, api.Server.World.Accounts[0].ApiKey), (request.Listener, request.Key))
        );
    }

    [Fact]
    public async Task A_count_that_disagrees_twice_in_the_same_way_is_believed_less_than_the_rows()
    {
        await using var api = await Api.StartAsync("count-odd=page");

        var walk = (await api.LinksAsync()).Value!;

        Assert.Equal(api.Truth, Api.Rows(walk));
        Assert.True(walk.CountMismatch);
        Assert.Equal(6, api.Requests.Count);
    }

    [Fact]
    public async Task Rows_that_shifted_once_are_walked_again_and_then_right()
    {
        await using var api = await Api.StartAsync("shift-between-pages@times=2");

        var walk = (await api.LinksAsync()).Value!;

        Assert.Equal(api.Truth, Api.Rows(walk));
        Assert.False(walk.CountMismatch);
        Assert.Equal(6, api.Requests.Count);
    }

    [Fact]
    public async Task Rows_that_shift_differently_in_the_second_walk_are_incomplete()
    {
        await using var api = await Api.StartAsync("shift-between-pages=1@times=2", "shift-between-pages=2@skip=2");

        Assert.Equal(FailureReason.Incomplete, (await api.LinksAsync()).Error?.Reason);
        Assert.Equal(6, api.Requests.Count);
    }

    [Theory]
    [InlineData("next-loses-group", 5)]
    [InlineData("next-loses-group,next-foreign-host", 5)]
    public async Task Lost_grouping_restarts_the_walk_once_with_the_own_parameters(string behaviours, int requests)
    {
        await using var api = await Api.StartAsync(behaviours.Split(','));

        var walk = (await api.LinksAsync()).Value!;

        Assert.Equal(api.Truth, Api.Rows(walk));
        Assert.Equal(requests, api.Requests.Count);
        Assert.All(api.Requests.Skip(2), request => Assert.Contains("group_by=step_id", request.Query, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Rows_that_stay_ungrouped_are_an_invalid_response()
    {
        await using var api = await Api.StartAsync("next-token-only", "step-all@skip=1,times=1", "step-all@skip=3");

        Assert.Equal(FailureReason.InvalidResponse, (await api.LinksAsync()).Error?.Reason);
        Assert.Equal(4, api.Requests.Count);
    }

    [Theory]
    [InlineData("step-all")]
    [InlineData("step-missing=absent")]
    [InlineData("step-missing=empty")]
    public async Task A_list_that_never_had_groups_has_lost_none(string behaviour)
    {
        await using var api = await Api.StartAsync("next-token-only", behaviour);

        Assert.Equal(120, (await api.LinksAsync()).Value?.Rows.Count);
    }

    [Fact]
    public async Task A_token_that_expires_once_restarts_the_walk()
    {
        await using var api = await Api.StartAsync("token-expired@times=1");

        Assert.Equal(api.Truth, Api.Rows((await api.LinksAsync()).Value!));
        Assert.Equal(6, api.Requests.Count);
    }

    [Fact]
    public async Task A_token_that_expires_twice_is_incomplete()
    {
        await using var api = await Api.StartAsync("token-expired");

        Assert.Equal(FailureReason.Incomplete, (await api.LinksAsync()).Error?.Reason);
        Assert.Equal(6, api.Requests.Count);
    }

    [Theory]
    [InlineData("404-errors", 1, nameof(FailureReason.NotFound))]
    [InlineData("404-errors@skip=1", 2, nameof(FailureReason.Incomplete))]
    [InlineData("404-empty-body@skip=2", 3, nameof(FailureReason.Incomplete))]
    [InlineData("404-{}", 1, nameof(FailureReason.NotFound))]
    [InlineData("next-loop=self", 1, nameof(FailureReason.InvalidResponse))]
    [InlineData("next-loop=cycle", 3, nameof(FailureReason.InvalidResponse))]
    [InlineData("status=400", 1, nameof(FailureReason.InvalidResponse))]
    [InlineData("status=400@skip=2", 4, nameof(FailureReason.InvalidResponse))]
    [InlineData("status=418", 1, nameof(FailureReason.InvalidResponse))]
    [InlineData("200-html", 1, nameof(FailureReason.InvalidResponse))]
    [InlineData("200-html@skip=2", 3, nameof(FailureReason.InvalidResponse))]
    [InlineData("results-absent", 1, nameof(FailureReason.InvalidResponse))]
    [InlineData("results-absent=result", 1, nameof(FailureReason.InvalidResponse))]
    [InlineData("401-bad-key", 3, nameof(FailureReason.Unauthorized))]
    [InlineData("401-bad-key@skip=1", 4, nameof(FailureReason.Unauthorized))]
    [InlineData("redirect@skip=1", 2, nameof(FailureReason.InvalidResponse))]
    public async Task What_cannot_be_mended_ends_the_walk_at_once(string behaviour, int requests, string kind)
    {
        await using var api = await Api.StartAsync(behaviour);

        var result = await api.LinksAsync();

        Assert.Null(result.Value);
        Assert.Equal((kind, requests), (result.Error!.Reason.ToString(), api.Requests.Count));
    }

    [Theory]
    [InlineData("results-null")]
    [InlineData("results-null,next-empty-string")]
    public async Task No_rows_are_a_complete_walk(string behaviours)
    {
        await using var api = await Api.StartAsync(behaviours.Split(','));

        Assert.Empty((await api.LinksAsync()).Value!.Rows);
        Assert.Single(api.Requests);
    }

    [Theory]
    [InlineData("metadata-missing=absent")]
    [InlineData("metadata-missing=null")]
    [InlineData("metadata-missing=empty")]
    public async Task Without_metadata_there_is_one_page(string behaviour)
    {
        await using var api = await Api.StartAsync("paged-normal=1", behaviour);

        Assert.Equal(api.Truth, Api.Rows((await api.LinksAsync()).Value!));
    }

    private static string WithoutToken(LoggedRequest request) => request.Query.Split("&page_token=")[0];
}
