using Exporter.SendGrid;
using Exporter.SendGrid.Wire;
using Exporter.Snapshots;
using Exporter.Tests.VirtualTime;

namespace Exporter.Tests.SendGrid;

[Collection(nameof(OnVirtualTime))]
public sealed class CircuitBreakerTests
{
    /// <summary>Of virtual time; the rate gate keeps requests some milliseconds apart.</summary>
    private static readonly TimeSpan AtOnce = TimeSpan.FromMilliseconds(100);

    private readonly VirtualClock _clock = new();
    private volatile bool _isDown = true;

    [Fact]
    public async Task An_api_that_is_down_is_asked_once_by_each_attempt_and_found_again_when_it_is_back()
    {
        await using var server = Server();
        var client = Clients.To(server.BaseUrl, _clock);
        for (var poll = 0; poll < 20; poll++)
        {
            var (requests, begun) = (server.Requests.Count, _clock.Elapsed);
            Assert.Equal(FailureReason.Unavailable, (await _clock.UntilAsync(client.LinksAsync(_clock))).Error?.Reason);

            // Four times by the first attempts, once by the others, and they wait for nothing.
            Assert.InRange(server.Requests.Count - requests, 1, poll < 3 ? 4 : 1);
            Assert.True(poll < 3 || _clock.Elapsed - begun < AtOnce, $"attempt {poll} took {_clock.Elapsed - begun}");
        }

        var whileDown = server.Requests.Count;

        _isDown = false;
        Assert.Null((await _clock.UntilAsync(client.LinksAsync(_clock))).Error);
        Assert.Null((await _clock.UntilAsync(client.LinksAsync(_clock))).Error);
        Assert.Equal(whileDown + 2, server.Requests.Count);
    }

    /// <summary>
    /// The breaker saves requests that would fail as those before. Whoever asks something else, or of something else, is answered.
    /// </summary>
    [Theory]
    [InlineData("200 OK", """{"results":[]}""", "", 1)]
    [InlineData("404 Not Found", "", "not_found", 1)]
    [InlineData("403 Forbidden", "", "forbidden", 2)]
    [InlineData("500 Internal Server Error", "", "unavailable", 1)]
    public async Task While_it_is_open_a_good_campaign_is_asked_at_once_and_answered_as_ever(
        string status,
        string body,
        string reason,
        int requests
    )
    {
        await using var server = new WireServer(head =>
            head.Contains(Some.AutomationId(77), StringComparison.Ordinal)
                ? WireServer.Answer(status, body)
                : WireServer.Answer("500 Internal Server Error", "")
        );
        var client = Clients.To(server.BaseUrl, _clock);
        for (var campaign = 0; campaign < EndpointOutage.Paths; campaign++)
        {
            Assert.NotNull((await LinksAsync(client, campaign)).Error);
        }

        var (before, begun) = (server.Requests.Count, _clock.Elapsed);
        var answer = await LinksAsync(client, 77);

        Assert.Equal(reason, answer.Error?.Reason.Label() ?? "");
        Assert.Equal(before + requests, server.Requests.Count);
        Assert.True(requests > 1 || _clock.Elapsed - begun < AtOnce, $"it took {_clock.Elapsed - begun}");
    }

    /// <summary>One request in two of B fails, which its retry mends, while others do nothing but fail.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Campaigns_that_always_fail_cost_another_one_no_retry(int sick)
    {
        var asked = 0;
        await using var server = new WireServer(head =>
            head.Contains(Clients.Automation, StringComparison.Ordinal) && Interlocked.Increment(ref asked) % 2 == 0
                ? WireServer.Ok("""{"results":[]}""")
                : WireServer.Answer("502 Bad Gateway", "")
        );
        var client = Clients.To(server.BaseUrl, _clock);
        for (var round = 1; round <= 10; round++)
        {
            for (var poll = 0; poll < 40; poll++)
            {
                Assert.NotNull((await LinksAsync(client, poll % sick)).Error);
            }

            await _clock.ForAsync(EndpointOutage.Window - TimeSpan.FromSeconds(1));
            for (var poll = 0; poll < 10; poll++)
            {
                await LinksAsync(client, poll % sick);
            }

            Assert.Null((await _clock.UntilAsync(client.LinksAsync(_clock))).Error);
            Assert.Equal(2 * round, asked);
        }
    }

    /// <summary>Else the log would report a second cause for the same failure, with other advice.</summary>
    [Fact]
    public async Task A_request_that_is_not_sent_has_the_cause_of_those_that_were()
    {
        var unanswered = new Uri($"http://127.0.0.1:{FreePort.Find()}");
        var client = Clients.To(unanswered, _clock);
        var causes = new HashSet<FailureCause?>();
        for (var poll = 0; poll < 20; poll++)
        {
            causes.Add((await _clock.UntilAsync(client.LinksAsync(_clock))).Error?.Cause);
        }

        Assert.Equal([FailureCause.ConnectionRefused], causes);
    }

    [Fact]
    public async Task A_few_failures_do_not_open_it()
    {
        await using var server = Server();
        var client = Clients.To(server.BaseUrl, _clock);
        await _clock.UntilAsync(client.LinksAsync(_clock));
        await _clock.UntilAsync(client.LinksAsync(_clock));

        _isDown = false;

        Assert.Null((await _clock.UntilAsync(client.LinksAsync(_clock))).Error);
    }

    [Fact]
    public async Task Accounts_have_one_each()
    {
        await using var server = Server();
        var down = Clients.To(server.BaseUrl, _clock);
        var other = Clients.To(server.BaseUrl, _clock);
        for (var poll = 0; poll < 6; poll++)
        {
            await _clock.UntilAsync(down.LinksAsync(_clock));
        }

        _isDown = false;

        Assert.Null((await _clock.UntilAsync(other.LinksAsync(_clock))).Error);
    }

    [Fact]
    public async Task Endpoints_have_one_each()
    {
        await using var server = new WireServer(head =>
            head.Contains("/singlesends/", StringComparison.Ordinal)
                ? WireServer.Answer("500 Internal Server Error", "")
                : WireServer.Ok("""{"results":[]}""")
        );
        var client = Clients.To(server.BaseUrl, _clock);
        for (var poll = 0; poll < 30; poll++)
        {
            using var attempt = Clients.Attempt(_clock);
            Assert.NotNull((await _clock.UntilAsync(client.ListSingleSendLinksAsync(Clients.Automation, attempt))).Error);
            Assert.Null((await _clock.UntilAsync(client.LinksAsync(_clock))).Error);
        }
    }

    private async Task<ApiResult<WalkResult<AutomationLinkRow>>> LinksAsync(SendGridClient client, int campaign)
    {
        using var attempt = Clients.Attempt(_clock);
        return await _clock.UntilAsync(client.ListAutomationLinksAsync(Some.AutomationId(campaign), attempt));
    }

    private WireServer Server() =>
        new(_ => _isDown ? WireServer.Answer("500 Internal Server Error", "") : WireServer.Ok("""{"results":[]}"""));
}
