using Exporter.SendGrid;
using Exporter.Snapshots;

namespace Exporter.Polling;

/// <summary>
/// What is known of one account, and how each event changes it: no I/O, no clock, the time comes in. <see cref="Snapshot"/> is its
/// public face.
/// </summary>
internal sealed class AccountBook
{
    private readonly PolledAccountOptions _options;
    private readonly PollingPlan _plan;
    private readonly PollLog _log;
    private readonly DateTimeOffset _anchor;
    private readonly List<PolledAutomation> _automations = [];
    private DateTimeOffset? _lastProbe;

    public AccountBook(PollingPlan plan, int number, PollLog log, DateTimeOffset now)
    {
        (_plan, _log, _anchor) = (plan, log, now);
        _options = plan.Accounts[number];
        Snapshot = plan.Empty().Accounts[number];
        DiscoveryDue = _options.Automations.Discover ? now : DateTimeOffset.MaxValue;
        foreach (var automation in _options.Automations.List)
        {
            Add(automation, now);
        }
    }

    /// <summary>The account as it is published.</summary>
    public AccountSnapshot Snapshot { get; private set; }

    /// <summary>When the list is walked next.</summary>
    public DateTimeOffset DiscoveryDue { get; private set; }

    /// <summary>When the next thing is due that does not run already.</summary>
    public DateTimeOffset NextDue =>
        Listed.Where(automation => !automation.IsRunning).Select(automation => automation.Due).Append(DiscoveryDue).Min();

    public int FreePlaces => _options.Account.Rate.Concurrency - _automations.Count(automation => automation.IsRunning);

    private IEnumerable<PolledAutomation> Listed => _automations.Where(automation => automation.DelistedAt is null);

    /// <summary>The automations to start now.</summary>
    public IReadOnlyList<PolledAutomation> Due(DateTimeOffset now) => [.. Schedule.Pick(Listed, now, FreePlaces)];

    /// <summary>An attempt begins.</summary>
    /// <returns>The answer when it is known without asking: the account is refused and somebody has asked within the interval.</returns>
    public ApiError? Started(PolledAutomation automation, DateTimeOffset now)
    {
        (automation.IsRunning, automation.LastStarted) = (true, now);
        if (Refused() is { } refusal && !Refusal.MayProbe(_lastProbe, automation.Interval, now))
        {
            return Refusal.Known(refusal);
        }

        _lastProbe = now;
        return null;
    }

    /// <summary>An attempt ended. A canceled one leaves no trace but that it no longer runs.</summary>
    public void Ended(PolledAutomation automation, PollOutcome outcome, DateTimeOffset now)
    {
        automation.IsRunning = false;
        if (outcome.Error is { Kind: ApiErrorKind.Canceled })
        {
            return;
        }

        LearnOfKey(outcome.Error, now);
        LogChange(automation, outcome.Error, now);
        automation.Took(outcome, now);
        automation.Due = Schedule.AfterAttempt(after => NextOf(automation, after), automation.LastStarted ?? now, now, outcome.Error?.NotBefore);
        Publish(automation.Id, before => AutomationPoll.Apply(before, outcome, _plan.Links, now));
    }

    public void DiscoveryStarted() => DiscoveryDue = DateTimeOffset.MaxValue;

    /// <summary>A walk of the list ended.</summary>
    public void DiscoveryEnded(IReadOnlyList<string>? ids, ApiError? error, DateTimeOffset started, int pages, DateTimeOffset now)
    {
        var health = Snapshot.AutomationDiscovery ?? PollHealth.Untried;
        if (error is null)
        {
            DiscoveryDue = now + _plan.Poll.DiscoveryInterval;
            LearnOfKey(error, now);
            TakeList(ids ?? [], now);
            health = health.Succeeded(now, now - started, pages);
        }
        else if (error.Kind != ApiErrorKind.Canceled)
        {
            DiscoveryDue = Discovery.Retry(now, _plan.Poll, error.NotBefore);
            LearnOfKey(error, now);
            if (health.Up != false && error.Kind != ApiErrorKind.Unauthorized)
            {
                _log.DiscoveryFailing(error.Message);
            }

            health = health.Failed(now, now - started, pages, Reasons.Of(error.Kind), error.Message);
        }

        Publish(Snapshot with { AutomationDiscovery = health });
    }

    /// <summary>Drops automations that are no longer listed once their last values are too old to be served.</summary>
    public void DropAgedOut(DateTimeOffset now)
    {
        foreach (var gone in _automations.Where(each => !each.IsRunning && now - each.LastSeen > _plan.Poll.MaxAge).ToList())
        {
            _automations.Remove(gone);
            Publish(Snapshot with { Automations = Snapshot.Automations.RemoveAll(each => Same(each.Id, gone.Id)) });
        }
    }

    private ApiErrorKind? Refused() => Refusal.Of(Snapshot.KeyAccepted, [.. Listed.Select(automation => automation.LastError)]);

    /// <summary>What an answer says of the key; the first good one after a refusal ends the waiting of all.</summary>
    private void LearnOfKey(ApiError? error, DateTimeOffset now)
    {
        if (error is null && Refused() is not null)
        {
            DiscoveryDue = DiscoveryDue == DateTimeOffset.MaxValue ? DiscoveryDue : now;
            foreach (var refused in Listed.Where(each => each.LastError is ApiErrorKind.Unauthorized or ApiErrorKind.Forbidden))
            {
                refused.Due = now;
            }
        }

        var before = Snapshot.KeyAccepted;
        var accepted = Refusal.KeyAccepted(error, before);
        Snapshot = Snapshot with { KeyAccepted = accepted };
        if (accepted == false && before != false)
        {
            _log.KeyRefused(error!.Message);
        }
        else if (accepted == true && before == false)
        {
            _log.KeyAccepted();
        }
    }

    private void TakeList(IReadOnlyList<string> ids, DateTimeOffset now)
    {
        var change = Discovery.Compare(ids, _automations, _options.Automations);
        foreach (var id in change.New)
        {
            Add(new AutomationOptions { Id = id }, now);
        }

        foreach (var gone in change.Gone)
        {
            gone.DelistedAt = now;
        }

        foreach (var back in change.Back)
        {
            (back.DelistedAt, back.Due) = (null, now);
        }

        if (change.New.Count > 0 || change.Gone.Count > 0)
        {
            _log.ListChanged(Listed.Count(), change.New.Count, change.Gone.Count);
        }

        if (Snapshot.AutomationDiscovery?.Up == false)
        {
            _log.DiscoveryRecovered();
        }
    }

    private void Add(AutomationOptions options, DateTimeOffset now)
    {
        var automation = new PolledAutomation(options, options.Interval ?? _plan.Poll.Interval, now);
        _automations.Add(automation);
        Publish(Snapshot with { Automations = Snapshot.Automations.Add(automation.Untried()) });
    }

    private DateTimeOffset NextOf(PolledAutomation automation, DateTimeOffset after)
    {
        var listed = Listed.ToList();
        return Schedule.Next(_anchor, automation.Interval, Math.Max(0, listed.IndexOf(automation)), Math.Max(1, listed.Count), after);
    }

    private void Publish(string id, Func<AutomationSnapshot, AutomationSnapshot> change) =>
        Publish(Snapshot with { Automations = [.. Snapshot.Automations.Select(each => Same(each.Id, id) ? change(each) : each)] });

    private void Publish(AccountSnapshot next) => Snapshot = next with
    {
        IsTried = next.AutomationDiscovery is not { Up: null } && (_automations.Count == 0 || _automations.Exists(each => each.IsTried)),
        BudgetUtilization = Budget.Utilization(_automations, _options.Account.Rate),
    };

    private void LogChange(PolledAutomation automation, ApiError? error, DateTimeOffset now)
    {
        // A refused key is the account's line, not one for each of its automations.
        if (error is not null && automation.FailingSince is null && error.Kind != ApiErrorKind.Unauthorized)
        {
            _log.Failing(automation.Label, Reasons.Of(error.Kind), error.Message, _plan.Poll.MaxAge);
        }
        else if (error is null && automation is { FailingSince: { } since, LastError: not ApiErrorKind.Unauthorized })
        {
            _log.Recovered(automation.Label, now - since);
        }
    }

    private static bool Same(string id, string other) => string.Equals(id, other, StringComparison.Ordinal);
}
