using System.Text;
using Exporter.SendGrid;
using Exporter.Snapshots;
using Exporter.Tests.VirtualTime;

namespace Exporter.Tests.SendGrid;

/// <summary>Answers whose head arrives and whose body does not: what the head says counts all the same.</summary>
[Collection(nameof(OnVirtualTime))]
public sealed class StalledAnswerTests
{
    private readonly VirtualClock _clock = new();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_429_rests_the_endpoint_whatever_comes_of_its_body(bool hangs)
    {
        await using var server = new WireServer(_ => Head("429 Too Many Requests"), hangAfter: hangs);
        var client = Clients.To(server.BaseUrl, _clock);

        using var first = Clients.Attempt(_clock, TimeSpan.FromSeconds(3));
        var error = (await _clock.UntilAsync(client.ListAutomationLinksAsync(Clients.Automation, first))).Error;
        using var second = Clients.Attempt(_clock, TimeSpan.FromSeconds(30));
        var other = (await _clock.UntilAsync(client.ListAutomationLinksAsync(Clients.Automation + "0", second))).Error;

        Assert.Equal((FailureReason.RateLimited, FailureReason.RateLimited), (error?.Reason, other?.Reason));
        Assert.Single(server.Requests);
    }

    public static MatrixTheoryData<string, bool> Waits() =>
        new(
            ["200 OK", "302 Found", "400 Bad Request", "403 Forbidden", "404 Not Found", "500 Internal Server Error", "503 Busy"],
            [false, true]
        );

    [Theory]
    [MemberData(nameof(Waits))]
    public async Task A_Retry_After_is_kept_whatever_comes_of_the_body(string status, bool hangs)
    {
        await using var server = new WireServer(_ => Head(status), hangAfter: hangs);
        var (client, began) = (Clients.To(server.BaseUrl, _clock), _clock.GetUtcNow());
        using var attempt = Clients.Attempt(_clock, TimeSpan.FromSeconds(20));

        var result = await _clock.UntilAsync(client.ListAutomationLinksAsync(Clients.Automation, attempt));

        Assert.Single(server.Requests);
        Assert.InRange(attempt.WaitAfter(result.Error)!.Value.Until - began, TimeSpan.FromSeconds(600), TimeSpan.FromSeconds(602));
    }

    /// <summary>A client that repeats a request by itself keeps to no rate limit and is counted by nobody.</summary>
    [Fact]
    public async Task A_connection_that_ends_without_an_answer_costs_one_request_a_try()
    {
        await using var server = new WireServer(_ => []);
        var client = Clients.To(server.BaseUrl, _clock);

        var result = await _clock.UntilAsync(client.LinksAsync(_clock));

        Assert.Equal(FailureReason.Unavailable, result.Error?.Reason);
        Assert.Equal(1 + Resilience.MaxRetries, server.Requests.Count);
    }

    /// <summary>The head of an answer and the beginning of a longer body.</summary>
    private static byte[] Head(string status) =>
        Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nContent-Length: 500\r\nRetry-After: 600\r\n\r\n{{\"err");
}
