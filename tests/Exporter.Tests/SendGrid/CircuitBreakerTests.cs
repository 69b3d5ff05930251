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
            head.Contains(Clients.Automation, StringComparison.Ordinal)
                ? WireServer.Answer("500 Internal Server Error", "")
                : WireServer.Answer(status, body)
        );
        var client = Clients.To(server.BaseUrl, _clock);
        for (var poll = 0; poll < 4; poll++)
        {
            await _clock.UntilAsync(client.LinksAsync(_clock));
        }

        var (before, begun) = (server.Requests.Count, _clock.Elapsed);
        using var attempt = Clients.Attempt(_clock);
        var answer = await _clock.UntilAsync(client.ListAutomationLinksAsync(Some.AutomationId(77), attempt));

        Assert.Equal(reason, answer.Error?.Reason.Label() ?? "");
        Assert.Equal(before + requests, server.Requests.Count);
        Assert.True(requests > 1 || _clock.Elapsed - begun < AtOnce, $"it took {_clock.Elapsed - begun}");
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

    private WireServer Server() =>
        new(_ => _isDown ? WireServer.Answer("500 Internal Server Error", "") : WireServer.Ok("""{"results":[]}"""));
}
