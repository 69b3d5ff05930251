using Exporter.SendGrid;
using Exporter.SendGrid.RateLimits;
using Exporter.Snapshots;
using Exporter.Tests.VirtualTime;

namespace Exporter.Tests.SendGrid;

[Collection(nameof(OnVirtualTime))]
public sealed class DeadlineTests
{
    private readonly VirtualClock _clock = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_api_that_hangs_is_asked_again_after_thirty_seconds_and_is_a_timeout_in_the_end(bool inTheBody)
    {
        await using var server = new WireServer(_ => inTheBody ? WireServer.Ok("{\"results\":[]}")[..^4] : null, hangAfter: inTheBody);

        var error = await EndAsync(server, TimeSpan.FromSeconds(70));

        Assert.Equal(FailureReason.Timeout, error.Reason);
        Assert.InRange(server.Requests.Count, 3, 4);
    }

    [Theory]
    [InlineData("500 Internal Server Error", nameof(FailureReason.Unavailable))]
    [InlineData("429 Too Many Requests", nameof(FailureReason.RateLimited))]
    [InlineData("403 Forbidden", nameof(FailureReason.Forbidden))]
    public async Task The_reason_at_the_deadline_is_the_last_thing_that_the_api_said(string status, string kind)
    {
        WireServer? server = null;
        await using var started = server = new WireServer(_ => server!.Requests.Count == 1 ? WireServer.Answer(status, "{}") : null);

        var error = await EndAsync(server, TimeSpan.FromSeconds(50));

        Assert.Equal(kind, error.Reason.ToString());
        Assert.InRange(server.Requests.Count, 2, 3);
    }

    [Fact]
    public async Task A_400_that_is_followed_by_silence_is_a_timeout_and_never_leaves_the_room()
    {
        WireServer? server = null;
        await using var started = server = new WireServer(_ =>
            server!.Requests.Count == 1 ? WireServer.Answer("400 Bad Request", "{}") : null
        );

        var error = await EndAsync(server, TimeSpan.FromSeconds(20), pageSize: 100);

        Assert.Equal(FailureReason.Timeout, error.Reason);
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task A_404_of_one_walk_is_not_the_reason_of_the_next_one_that_hangs()
    {
        await using var server = new WireServer(head =>
            head.Contains("/links?", StringComparison.Ordinal) ? WireServer.Answer("404 Not Found", "") : null
        );
        var client = Clients.To(server.BaseUrl, _clock);
        using var attempt = Clients.Attempt(_clock, TimeSpan.FromSeconds(20));

        Assert.Equal(
            FailureReason.NotFound,
            (await _clock.UntilAsync(client.ListAutomationLinksAsync(Clients.Automation, attempt))).Error?.Reason
        );
        Assert.Equal(
            FailureReason.Timeout,
            (await _clock.UntilAsync(client.ListStepStatisticsAsync(Clients.Automation, attempt))).Error?.Reason
        );
    }

    [Fact]
    public async Task Endless_new_pages_are_a_timeout()
    {
        WireServer? server = null;
        await using var started = server = new WireServer(_ => WireServer.OkWithNext($"?page_token={server!.Requests.Count}"));

        // At the usual rate; in a minute at the rate of these tests it would be one page too many.
        var client = Clients.To(Clients.Account(server.BaseUrl) with { Rate = new RateOptions() }, _clock);
        using var attempt = Clients.Attempt(_clock, TimeSpan.FromSeconds(60));
        Assert.Equal(
            FailureReason.Timeout,
            (await _clock.UntilAsync(client.ListAutomationLinksAsync(Clients.Automation, attempt))).Error?.Reason
        );
    }

    [Fact]
    public async Task Stopping_ends_a_hanging_request_at_once_as_canceled()
    {
        await using var server = new WireServer(_ => null);
        var client = Clients.To(server.BaseUrl, _clock);
        using var stopping = new CancellationTokenSource();
        using var attempt = new PollContext(_clock, TimeSpan.FromMinutes(2), retryForbidden: true, stopping.Token);
        var links = client.ListAutomationLinksAsync(Clients.Automation, attempt);

        await stopping.CancelAsync();

        Assert.Equal(FailureReason.Canceled, (await links).Error?.Reason);
    }

    [Fact]
    public async Task Stopping_ends_a_wait_for_the_rate_limit_at_once_as_canceled()
    {
        await using var server = new WireServer(_ => WireServer.Answer("429 Too Many Requests", "", "Retry-After: 60"));
        var client = Clients.To(server.BaseUrl, _clock);
        using var stopping = new CancellationTokenSource();
        using var attempt = new PollContext(_clock, TimeSpan.FromMinutes(2), retryForbidden: true, stopping.Token);
        var links = client.ListAutomationLinksAsync(Clients.Automation, attempt);
        await _clock.ForAsync(TimeSpan.FromSeconds(30));
        Assert.True(client.Gate.RestsUntil(ApiEndpoint.AutomationLinks) > _clock.GetUtcNow());

        await stopping.CancelAsync();

        Assert.Equal(FailureReason.Canceled, (await links).Error?.Reason);
        Assert.Single(server.Requests);
    }

    private async Task<ApiError> EndAsync(WireServer server, TimeSpan timeout, int pageSize = 50)
    {
        var client = Clients.To(Clients.Account(server.BaseUrl, pageSize: pageSize), _clock);
        using var attempt = Clients.Attempt(_clock, timeout);
        return (await _clock.UntilAsync(client.ListAutomationLinksAsync(Clients.Automation, attempt))).Error!;
    }
}
