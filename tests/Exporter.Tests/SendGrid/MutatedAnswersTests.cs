using CsCheck;
using Exporter.SendGrid;
using Exporter.SendGrid.RateLimits;
using Exporter.Snapshots;
using Exporter.Tests.VirtualTime;

namespace Exporter.Tests.SendGrid;

/// <summary>Any answer on the wire gives a body or an error kind: never an exception out of the room, never a hang.</summary>
[Collection(nameof(OnVirtualTime))]
public sealed class MutatedAnswersTests
{
    private const int Answers = 1_000;

    [Fact]
    public async Task Mutated_answers_give_a_body_or_an_error_kind()
    {
        var whole = WireServer.Ok(MutatedBytes.Links, "Content-Type: application/json", "X-RateLimit-Reset: 1", "Retry-After: 1");
        var answer = whole;
        var (bodies, timeouts) = (0, 0);
        await using var server = new WireServer(_ => answer);
        var account = Clients.Account(server.BaseUrl);
        await MutatedBytes
            .Mutation.Array[1, 4]
            .SampleAsync(
                async mutations =>
                {
                    // Each has its own, so that a wait which one answer names holds up no other.
                    var clock = new VirtualClock();
                    using var attempt = Clients.Attempt(clock);
                    var transport = Clients.TransportTo(account, new RateGate(account.Rate, new SteadyTime(clock)), clock);
                    answer = mutations.Aggregate(whole, (bytes, mutate) => mutate(bytes));
                    var response = await clock.UntilAsync(transport.SendAsync(ApiEndpoint.AutomationStats, server.BaseUrl, attempt));
                    Assert.True(response.Error is not null || response.Body.Length > 0);
                    bodies += response.Error is null ? 1 : 0;
                    timeouts += response.Error?.Reason == FailureReason.Timeout ? 1 : 0;
                },
                iter: Answers,
                threads: 1
            );

        // Hardly any only waits for its deadline.
        Assert.InRange(bodies, 10, Answers);
        Assert.InRange(timeouts, 0, Answers / 10);
    }
}
