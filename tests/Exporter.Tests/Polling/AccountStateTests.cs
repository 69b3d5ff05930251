using Exporter.Polling;
using Exporter.SendGrid;
using Exporter.SendGrid.RateLimits;
using Exporter.Snapshots;
using Microsoft.Extensions.Logging.Abstractions;

namespace Exporter.Tests.Polling;

public sealed class AccountStateTests
{
    private static readonly ApiError Hung = new(FailureReason.Timeout, "no answer");

    /// <summary>
    /// Lists come before campaigns, and of two lists that hang each is due again when the other one ends: they would hold the one place for
    /// what hangs for ever, and a campaign that hung once would never be asked whether it still does.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Of_lists_and_campaigns_that_hang_the_one_left_longest_comes_first(int concurrency)
    {
        var (timeout, recovery) = (TimeSpan.FromMinutes(2), Some.Noon.AddMinutes(8));
        var account = Some.Account(Some.AutomationId(1), Some.AutomationId(2), Some.AutomationId(3), Some.AutomationId(4));
        var plan = Some.Plan(
            account with
            {
                Api = Some.Api with { Rate = new RateOptions { Concurrency = concurrency } },
                Automations = account.Automations with { Discover = true },
                SingleSends = new SingleSendsOptions { Discover = true },
            }
        ) with
        {
            Poll = new PollOptions
            {
                Interval = TimeSpan.FromSeconds(30),
                DiscoveryInterval = TimeSpan.FromSeconds(30),
                Timeout = timeout,
            },
        };
        var book = new AccountBook(plan, new PollLog(NullLogger.Instance, "main"), Some.Noon);
        Dictionary<string, int> asked = [];
        List<(DateTimeOffset End, DateTimeOffset Begin, CampaignKind List)> walks = [];
        for (var (turn, now) = (0, Some.Noon); turn < 400; turn++)
        {
            var begins = false;
            foreach (var walk in walks.Where(walk => walk.End <= now).ToList())
            {
                walks.Remove(walk);
                book.DiscoveryEnded(walk.List, Hung, walk.Begin, 0, now);
            }

            book.ChooseProber(now);
            foreach (var list in book.DiscoveriesDue(now))
            {
                book.DiscoveryStarted(list, now);
                walks.Add((now + timeout, now, list));
                begins = true;
            }

            // All but the first one hang for some minutes.
            while (book.Due(now) is [var campaign, ..])
            {
                begins = true;
                asked[campaign.Id] = asked.GetValueOrDefault(campaign.Id) + (now > recovery ? 1 : 0);
                var hangs = now >= Some.Noon.AddMinutes(5) && now < recovery && campaign.Id != Some.AutomationId(1);
                book.Poll(campaign, hangs ? Some.Failed(Hung) with { Duration = timeout } : Some.Found(Some.Link()), now);
            }

            var next = walks.Select(static walk => walk.End).Append(book.NextDue).Min();
            Assert.True(next > now || begins, "the loop looks again and again");
            now = next;
        }

        Assert.Equal(4, asked.Count);
        Assert.All(asked.Values, static count => Assert.True(count > 10, $"polled {count} times"));
    }
}
