using Exporter.Snapshots;
using Exporter.Tests.VirtualTime;

namespace Exporter.Tests.SendGrid;

[Collection(nameof(OnVirtualTime))]
public sealed class ResilienceTests
{
    [Theory]
    [InlineData("status=503@times=3", 3)]
    [InlineData("status=500@times=1", 1)]
    [InlineData("502-html@skip=1,times=2", 2)]
    [InlineData("502-message@times=1", 1)]
    [InlineData("reset-mid-body@times=2", 2)]
    [InlineData("truncated-json@skip=2,times=1", 1)]
    [InlineData("429-no-headers@times=3", 3)]
    [InlineData("429-empty-body@times=1", 1)]
    [InlineData("429-epoch=2@times=2", 2)]
    [InlineData("429-header-case=2@times=1", 1)]
    [InlineData("429-retry-after=2@times=1", 1)]
    [InlineData("429-retry-after=date/3@times=1", 1)]
    [InlineData("429-clock-skew=3600/3@times=1", 1)]
    [InlineData("429-clock-skew=-3600/3@times=1", 1)]
    [InlineData("403-scope@times=1", 1)]
    [InlineData("401-bad-key@times=1", 1)]
    [InlineData("401-bad-key@skip=1,times=1", 1)]
    [InlineData("503-retry-after=30@times=1", 1)]
    [InlineData("503-retry-after=date/30@times=2", 2)]
    public async Task A_hiccup_costs_its_requests_and_nothing_else(string behaviour, int hiccups)
    {
        await using var api = await Api.StartAsync(behaviour);

        Assert.Equal(api.Truth, Api.Rows((await api.LinksAsync()).Value!));
        Assert.Equal(3 + hiccups, api.Requests.Count);
    }

    [Theory]
    [InlineData("500-burst", nameof(FailureReason.Unavailable))]
    [InlineData("reset-mid-body", nameof(FailureReason.Unavailable))]
    [InlineData("429-no-headers", nameof(FailureReason.RateLimited))]
    [InlineData("429-epoch=1", nameof(FailureReason.RateLimited))]
    public async Task What_lasts_is_tried_four_times_and_no_more(string behaviour, string kind)
    {
        await using var api = await Api.StartAsync(behaviour);

        Assert.Equal(kind, (await api.LinksAsync()).Error?.Reason.ToString());
        Assert.Equal(4, api.Requests.Count);
    }

    /// <summary>What a 429 names is waited for by all that ask the same endpoint, what another failure names by what failed.</summary>
    [Theory]
    [InlineData(408)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    [InlineData(520)]
    public async Task A_wait_that_an_answer_names_is_kept_whatever_its_status(int status)
    {
        var clock = new VirtualClock();
        var asked = new List<DateTimeOffset>();
        await using var server = new WireServer(_ =>
        {
            asked.Add(clock.GetUtcNow());
            return asked.Count == 1 ? WireServer.Answer($"{status} Trouble", "", "Retry-After: 30") : WireServer.Ok("""{"results":[]}""");
        });
        var client = Clients.To(server.BaseUrl, clock);
        var first = client.LinksAsync(clock);
        await clock.ForAsync(TimeSpan.FromSeconds(3));

        Assert.Null((await clock.UntilAsync(client.LinksAsync(clock))).Error);
        Assert.Equal(status == 429, asked[1] - asked[0] > TimeSpan.FromSeconds(29));
        Assert.Null((await clock.UntilAsync(first)).Error);
        Assert.InRange((asked[^1] - asked[0]).TotalSeconds, 30, 32);
    }

    [Fact]
    public async Task A_page_that_fails_finally_fails_the_walk_although_others_were_read()
    {
        await using var api = await Api.StartAsync("partial-sweep");

        var result = await api.LinksAsync();

        Assert.Equal((null, FailureReason.Unavailable), (result.Value, result.Error!.Reason));
        Assert.Equal(1 + 4, api.Requests.Count);
    }

    [Theory]
    [InlineData("401-bad-key", true, 3)]
    [InlineData("404-errors", true, 1)]
    [InlineData("redirect", true, 1)]
    [InlineData("200-html", true, 1)]
    [InlineData("403-scope", true, 2)]
    [InlineData("403-scope", false, 1)]
    public async Task What_would_end_the_same_way_is_not_asked_again(string behaviour, bool retryForbidden, int requests)
    {
        await using var api = await Api.StartAsync(behaviour);

        Assert.NotNull((await api.LinksAsync(retryForbidden: retryForbidden)).Error);
        Assert.Equal(requests, api.Requests.Count);
    }

    [Theory]
    [InlineData("429-epoch=37")]
    [InlineData("429-retry-after=37")]
    [InlineData("429-reset-in-seconds=37")]
    [InlineData("503-retry-after=37")]
    [InlineData("503-retry-after=date/37")]
    [InlineData("remaining-zero-on-200=37")]
    public async Task A_reset_beyond_the_deadline_ends_the_attempt_at_once_and_names_the_time(string behaviour)
    {
        await using var api = await Api.StartAsync(behaviour);
        var begun = api.Clock.GetUtcNow();

        var result = await api.LinksAsync(timeout: TimeSpan.FromSeconds(30));

        Assert.Equal(
            behaviour.StartsWith("503", StringComparison.Ordinal) ? FailureReason.Unavailable : FailureReason.RateLimited,
            result.Error?.Reason
        );
        Assert.InRange((result.Error!.NotBefore!.Value - begun).TotalSeconds, 35, 40);
        Assert.Single(api.Requests);
        Assert.InRange((api.Clock.GetUtcNow() - begun).TotalSeconds, 0, 20);
    }

    /// <summary>
    /// The pages, what the limit allows in how many minutes, and the seconds of the attempt: enough for the pages at the rate.
    /// </summary>
    public static TheoryData<int, int, int, int> Limits()
    {
        var limits = new TheoryData<int, int, int, int>();
        foreach (var pages in new[] { 3, 4, 12, 24 })
        {
            foreach (var (allowed, minutes) in new[] { (pages, 60), (pages + 1, 5), (2 * pages, 10), (100, 10), (500, 60) })
            {
                limits.Add(pages, allowed, minutes, 120);
                limits.Add(pages, allowed, minutes, Math.Max(10, pages));
            }
        }

        return limits;
    }

    [Theory]
    [MemberData(nameof(Limits))]
    public async Task A_walk_is_complete_where_the_api_allows_all_its_pages(int pages, int allowed, int minutes, int timeout)
    {
        await using var api = await Api.StartAsync(120 / pages, allowed, TimeSpan.FromMinutes(minutes));

        var walk = await api.LinksAsync(TimeSpan.FromSeconds(timeout));

        Assert.Equal(120, walk.Value?.Rows.Count);
        Assert.Equal(pages, api.Requests.Count);
    }

    [Fact]
    public async Task Nothing_is_sent_to_the_endpoint_before_the_reset_while_another_endpoint_is_walked()
    {
        await using var api = await Api.StartAsync("429-epoch=37@times=1,endpoint=automation_links");
        var begun = api.Clock.GetUtcNow();
        using var attempt = Clients.Attempt(api.Clock);
        var links = api.Client.ListAutomationLinksAsync(api.Automation, attempt);
        await api.Clock.ForAsync(TimeSpan.FromSeconds(1));
        Assert.Equal(429, Assert.Single(api.Requests).Status);

        var statistics = await api.Clock.UntilAsync(api.Client.ListStepStatisticsAsync(api.Automation, attempt));
        Assert.Equal(2, statistics.Value?.Rows.Count);
        Assert.False(links.IsCompleted);
        await api.Clock.ForAsync(begun.AddSeconds(36) - api.Clock.GetUtcNow());
        Assert.Single(api.Requests, request => request.Endpoint == "automation_links");

        Assert.Equal(120, (await api.Clock.UntilAsync(links)).Value?.Rows.Count);
    }
}
