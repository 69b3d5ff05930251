using Exporter.Polling;
using Exporter.SendGrid;
using Exporter.SendGrid.Keys;
using Exporter.SendGrid.RateLimits;
using Exporter.Snapshots;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Exporter.Tests.Polling;

/// <summary>An account to which tests tell one event after the other: the loop without its requests.</summary>
internal sealed class AccountBook(AccountPlan plan, PollLog log, DateTimeOffset now, ClockReading? clock = null)
{
    private readonly StateLog _log = new(log);

    public AccountState State { get; private set; } = SavedStateTransitions.Begin(plan, now, clock);

    public AccountPlan Plan => State.Plan;

    public AccountSnapshot Snapshot => State.Snapshot;

    public DateTimeOffset NextDue => State.NextDue;

    /// <summary>An account at noon, before its first poll, that polls these automations and what it discovers.</summary>
    public static AccountBook Create(
        string[] ids,
        bool discover = false,
        int concurrency = 2,
        ILogger? log = null,
        NameSource names = NameSource.Config
    )
    {
        var account = Some.Account(ids);
        var plan = Some.Plan(
            account with
            {
                Api = Some.Api with { Rate = new RateOptions { Concurrency = concurrency } },
                Automations = account.Automations with { Discover = discover, Names = names },
            }
        );
        return new(plan, new PollLog(log ?? NullLogger.Instance, "main"), Some.Noon);
    }

    public IReadOnlyList<PolledCampaign> Due(DateTimeOffset now)
    {
        State = State.Ripen(now);
        return [.. State.Ready.Select(campaign => new PolledCampaign(this, campaign))];
    }

    /// <summary>The lists that are due and have a place. Each takes its place when it begins, before the next is looked at.</summary>
    public IEnumerable<CampaignKind> DiscoveriesDue(DateTimeOffset now)
    {
        foreach (var list in State.DueLists(now).ToList())
        {
            if (State.CanStart(list))
            {
                yield return list;
            }
        }
    }

    public void Heard(KeyStanding key, DateTimeOffset now)
    {
        var before = State;
        State = before.ApplyKeyStanding(key, now);
        _log.KeyHeard(before, State);
    }

    public void ChooseProber(DateTimeOffset now) => State = State.ChooseProber(now).Ripen(now);

    public PollStart Started(PolledCampaign campaign, DateTimeOffset now)
    {
        (State, var start) = State.BeginPoll(campaign.State, now);
        return start;
    }

    public bool Has(PolledCampaign campaign) => State.Campaigns.Find(campaign.Polled) is not null;

    public void Outdated(PolledCampaign campaign, DateTimeOffset now) => State = State.RepeatPoll(campaign.Polled, now, notBefore: null);

    public void Ended(PolledCampaign campaign, PollOutcome outcome, DateTimeOffset now)
    {
        var before = State;
        State = before.CompletePoll(campaign.Polled, outcome, now);
        _log.PollCompleted(before, State, campaign.Polled, outcome, now);
    }

    public PollStart DiscoveryStarted(CampaignKind kind, DateTimeOffset now)
    {
        (State, var start) = State.BeginDiscovery(kind, now);
        return start;
    }

    public void DiscoveryOutdated(CampaignKind kind, DateTimeOffset now) => State = State.RepeatDiscovery(kind, now, notBefore: null);

    public void DiscoveryEnded(CampaignKind kind, ApiResult<CampaignList> found, DateTimeOffset started, int pages, DateTimeOffset now)
    {
        var before = State;
        State = before.CompleteDiscovery(kind, found, started, pages, now, found.Error?.NotBefore);
        _log.DiscoveryCompleted(before, State, kind, found);
    }

    public void Named(IReadOnlyList<AutomationName> names) => State = State.ApplyNames(names);

    public void DropAgedOut(DateTimeOffset now) => State = State.DropAgedOut(now);

    public void Reconfigure(AccountPlan next, DateTimeOffset now) => State = State.Reconfigure(next, now);

    public void Resume(SavedAccount late, DateTimeOffset now) => State = State.Resume(late, now);

    public void ClockMoved(TimeSpan by, ClockReading reading) => State = State.ShiftBy(by, reading);

    /// <summary>A poll that asks the API and ends at once.</summary>
    public void Poll(PolledCampaign campaign, PollOutcome outcome, DateTimeOffset now)
    {
        Assert.Equal(default, Started(campaign, now));
        Ended(campaign, outcome, now);
    }

    /// <summary>Reads the list of automations to its end.</summary>
    public void Discover(string[] ids, DateTimeOffset now)
    {
        DiscoveryStarted(CampaignKind.Automation, Some.Noon);
        DiscoveryEnded(CampaignKind.Automation, Some.List(ids), now, pages: 1, now);
    }
}
