using Exporter.Polling;
using Exporter.SendGrid;
using Exporter.Snapshots;

namespace Exporter.Tests.Polling;

public sealed class AccountRefusalTests
{
    [Fact]
    public void A_403_speaks_for_the_account_only_when_all_of_several_campaigns_have_it()
    {
        Assert.True(AccountRefusal.IsForbidden(forbidden: 2, polled: 2));
        Assert.False(AccountRefusal.IsForbidden(forbidden: 1, polled: 2));
        Assert.False(AccountRefusal.IsForbidden(forbidden: 1, polled: 1));
        Assert.False(AccountRefusal.IsForbidden(forbidden: 0, polled: 0));
    }

    [Fact]
    public void What_is_not_asked_says_so_and_keeps_what_the_api_said()
    {
        var refusal = new ApiError(FailureReason.Unauthorized, "401: no credits") { Cause = FailureCause.CreditsUsedUp };

        Assert.Equal(
            (FailureReason.Unauthorized, FailureCause.CreditsUsedUp),
            (AccountRefusal.NotAsked(refusal).Reason, AccountRefusal.NotAsked(refusal).Cause)
        );
        Assert.True(AccountRefusal.NotAsked(refusal).IsAssumed);
        Assert.True(AccountRefusal.EverythingForbidden.IsAssumed);
        Assert.StartsWith("not asked", AccountRefusal.EverythingForbidden.Message, StringComparison.Ordinal);
        Assert.EndsWith("401: no credits", AccountRefusal.NotAsked(refusal).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_forbidden_account_is_asked_once_per_interval()
    {
        var interval = TimeSpan.FromMinutes(5);

        Assert.True(AccountRefusal.MayAsk(lastAsked: null, interval, Some.Noon));
        Assert.False(AccountRefusal.MayAsk(Some.Noon.AddMinutes(-4), interval, Some.Noon));
        Assert.True(AccountRefusal.MayAsk(Some.Noon.AddMinutes(-5), interval, Some.Noon));
    }

    [Theory]
    [InlineData(300, "5 10 20 40 80 160 300 300")]
    [InlineData(30, "5 10 20 30 30")]
    [InlineData(1, "5 5 5")]
    public void Probes_come_ever_more_rarely_up_to_once_an_interval(int interval, string waits)
    {
        var (probing, last, seen) = (Probing.From(Some.Noon), Some.Noon, new List<double>());
        for (var probe = 0; probe < waits.Split(' ').Length; probe++)
        {
            seen.Add((probing.Next - last).TotalSeconds);
            last = probing.Next;
            probing = probing.Started(last, TimeSpan.FromSeconds(interval));
        }

        Assert.Equal(waits, string.Join(' ', seen));
    }
}
