using Exporter.SendGrid;
using Exporter.SendGrid.RateLimits;
using Exporter.Snapshots;
using Exporter.Telemetry;

namespace Exporter.Polling;

/// <summary>
/// The loop of one account: starts what is due, applies each event to the state of the account, and publishes the next state. Accounts
/// share nothing, so a slow or refused one never delays another.
/// </summary>
/// <remarks>
/// A poll runs beside the loop and hands back what the loop then does with the result. Only the loop and a reload replace the state, in
/// <see cref="Turns"/>. What was in flight while a reload changed the options of the account is asked again, and what is not wanted any
/// more is ended.
/// </remarks>
#pragma warning disable CA1001 // Without a timer it needs no Dispose, and a reload may cancel it after the loop has ended.
internal sealed class AccountPoller(
    AccountPlan plan,
    SendGridClient client,
    SnapshotStore store,
    Liveness liveness,
    TimeProvider time,
    PollLog log
)
#pragma warning restore CA1001
{
    /// <summary>The loop wakes at least this often to show that it is alive.</summary>
    private static readonly TimeSpan LongestSleep = TimeSpan.FromSeconds(5);

    /// <summary>
    /// What was due has been started: whatever the state says is due again, the loop leaves the machine to others meanwhile.
    /// </summary>
    private static readonly TimeSpan ShortestSleep = TimeSpan.FromMilliseconds(50);

    private readonly string _loop = $"account {plan.Account.Api.Name}";
    private readonly StateLog _stateLog = new(log);
    private readonly Fence _fence = new(log);
    private readonly Turns _turns = new(time);
    private readonly NamesTurn _names = new(log);
    private readonly HashSet<InFlight> _inFlight = [];
    private CancellationTokenSource _underTheseOptions = new();
    private SendGridClient _client = client;
    private volatile AccountState _state = Begin(plan, ClockReading.Read(time));

    public AccountPlan Plan => _state.Plan;

    /// <summary>The options in force, with the key as requests read it, and the gate in use; a reload may bring others.</summary>
    public (ApiOptions Account, RateGate Gate) Asked => (_client.Account, _client.Gate);

    public AccountSnapshot Snapshot => _state.Snapshot;

    /// <summary>Puts another plan of the same account in force, and lets the loop look at it at once.</summary>
    /// <param name="gate">The gate from now on.</param>
    /// <returns>The account as it is to be published.</returns>
    public AccountSnapshot Reconfigure(AccountPlan next, RateGate gate)
    {
        var outdated = new List<CancellationTokenSource>();
        lock (_turns.Turn)
        {
            var before = _client;
            _client = before.WithOptions(next.Account.Api, gate);
            _state = AtThisMoment(_state, out var now).Reconfigure(next, now);
            _names.ClientChanged(before, _client);

            // Nobody wants them any more.
            outdated.AddRange(_inFlight.Where(asking => !asking.IsWantedBy(_state)).Select(static asking => asking.Stop));
            if (_client != before)
            {
                // Their answers would say nothing, and they hold places and use a key that may have been revoked.
                outdated.Add(_underTheseOptions);
                _underTheseOptions = new CancellationTokenSource();
            }
        }

        outdated.ForEach(poll => poll.Cancel());
        _turns.Wake();
        return _state.Snapshot;
    }

    /// <summary>Takes what a former run knew, if it is waited for, and publishes it as the plan of this moment shows it.</summary>
    public void Resume(SavedAccount saved)
    {
        lock (_turns.Turn)
        {
            if (_state.Snapshot.Awaited is null)
            {
                return;
            }

            _state = AtThisMoment(_state, out var now).Resume(saved, now);
        }

        store.Update(() => _state.Snapshot);
        _turns.Wake();
    }

    /// <summary>Polls until stopped.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            liveness.Beat(_loop);
            _client.RefreshKey();
            lock (_turns.Turn)
            {
                _state = AtThisMoment(_state, out var now);
                StartDue(now, stopping);
            }

            store.Update(() => _state.Snapshot);
            await _turns.NextAsync(UntilDue(), stopping);
        }

        // Polls in the air end at once: stopping cancels their requests.
        await _turns.AllEndedAsync();
        liveness.Remove(_loop);
    }

    private static AccountState Begin(AccountPlan plan, ClockReading clock) => SavedStateTransitions.Begin(plan, clock.Time, clock);

    /// <summary>
    /// The state to apply an event to, and the time of the event: when the clock was set meanwhile, all that the state knows moves with it
    /// first.
    /// </summary>
    private AccountState AtThisMoment(AccountState state, out DateTimeOffset now)
    {
        var reading = ClockReading.Read(time);
        now = reading.Time;
        return state.Snapshot.SetBy(reading, time) is var set && set != TimeSpan.Zero ? state.ShiftBy(set, reading) : state;
    }

    private TimeSpan UntilDue()
    {
        lock (_turns.Turn)
        {
            _state = AtThisMoment(_state, out var now);
            return TimeSpans.Clamp(_state.NextDue - now, ShortestSleep, LongestSleep);
        }
    }

    private void StartDue(DateTimeOffset now, CancellationToken stopping)
    {
        _state = HearKey(_state, now).DropAgedOut(now).ChooseProber(now).Ripen(now);
        foreach (var kind in _state.DueLists(now).Where(kind => _state.CanStart(kind)))
        {
            StartWalk(kind, now, stopping);
        }

        while ((_state = _state.Ripen(now)).Ready is { Count: > 0 } ready)
        {
            foreach (var campaign in ready)
            {
                StartPoll(campaign, now, stopping);
            }
        }
    }

    private void StartWalk(CampaignKind kind, DateTimeOffset now, CancellationToken stopping)
    {
        if (_client.StillAhead(_client.NotBefore(kind), now) is { } named)
        {
            _state = _state.PostponeDiscovery(kind, named);
            return;
        }

        (_state, var start) = _state.BeginDiscovery(kind, now);
        if (start.Known is { } known)
        {
            _state = CompleteDiscovery(_state, kind, known, now, pages: 0, now);
            return;
        }

        _turns.Begin(DiscoverAsync(kind, start.IsProbe, stopping));
        if (kind == CampaignKind.Automation && Plan.Account.Automations.Names == NameSource.UndocumentedApi && _names.TryBegin(_client))
        {
            _turns.Begin(AskForNamesAsync(stopping));
        }
    }

    private void StartPoll(CampaignState campaign, DateTimeOffset now, CancellationToken stopping)
    {
        var policy = CampaignPolicy.Of(campaign.Kind);
        if (_client.StillAhead(_client.NotBefore(campaign.Kind, campaign.Id, policy.HasStatistics(Plan.Account)), now) is { } named)
        {
            _state = _state.PostponePoll(campaign, named);
            return;
        }

        (_state, var start) = _state.BeginPoll(campaign, now);
        if (start.Known is { } known)
        {
            _state = CompletePoll(_state, campaign, new PollOutcome(Found: null, known, Pages: 0, TimeSpan.Zero), now);
        }
        else
        {
            _turns.Begin(PollAsync(campaign, start.IsProbe, stopping));
        }
    }

    private async Task<Action> PollAsync(CampaignState campaign, bool isProbe, CancellationToken stopping)
    {
        var policy = CampaignPolicy.Of(campaign.Kind);
        var (asked, withStatistics) = (_client, policy.HasStatistics(Plan.Account));
        var query = new CampaignQuery(campaign.Kind, campaign.Id, withStatistics);
        var asking = Enter(Prober.Of(campaign), campaign.Number);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stopping, _underTheseOptions.Token, asking.Stop.Token);
        using var attempt = NewContext(campaign.LastFailure == FailureReason.Forbidden, isProbe, stop.Token);
        using var span = PollTraces.Attempt(policy.PollName, Plan.Account.Api.Name, campaign.Label);
        var outcome = await _fence.AskAsync(
            CampaignPoll.RunAsync(asked, query, attempt, time),
            campaign.Label,
            mistake => new PollOutcome(Found: null, mistake, attempt.Pages, TimeSpan.Zero)
        );
        var error = outcome.JudgedBy(_state.Campaigns.Find(campaign)?.Snapshot.Data).Error;
        span.AttemptEnded(outcome.Pages, error?.Reason.Label(), error?.Message);
        return () =>
        {
            _inFlight.Remove(asking);
            _state = _fence.Apply(_state, campaign.Label, Apply, Fail, state => state.AbandonPoll(campaign, time.GetUtcNow()));
        };

        AccountState Apply(AccountState state)
        {
            state = HearKey(AtThisMoment(state, out var now), now);
            var notBefore = asked.InMachineTime(outcome.Wait?.For(state.Key.KeyNumber), now);
            return asked != _client || withStatistics != policy.HasStatistics(Plan.Account)
                ? state.RepeatPoll(campaign, now, HoldsFor(asked, outcome.Error) ? notBefore : null)
                : CompletePoll(state, campaign, outcome with { NotBefore = notBefore }, now);
        }

        AccountState Fail(AccountState state, ApiError mistake)
        {
            state = AtThisMoment(state, out var now);
            return CompletePoll(state, campaign, new PollOutcome(Found: null, mistake, outcome.Pages, outcome.Duration), now);
        }
    }

    private async Task<Action> DiscoverAsync(CampaignKind kind, bool isProbe, CancellationToken stopping)
    {
        var (asked, started) = (_client, time.GetTimestamp());
        var asking = Enter(Prober.List(kind), _state.Lists.WalkOf(kind)!.Value);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stopping, _underTheseOptions.Token, asking.Stop.Token);
        using var attempt = NewContext(_state.Snapshot.Discovery[kind].LastReason == FailureReason.Forbidden, isProbe, stop.Token);
        using var span = PollTraces.Attempt($"discover {kind.ListLabel()}", Plan.Account.Api.Name);
        var found = await _fence.AskAsync(ListWalk.RunAsync(asked, kind, attempt), kind.ListLabel(), static mistake => mistake);
        span.AttemptEnded(attempt.Pages, found.Error?.Reason.Label(), found.Error?.Message);
        var (pages, duration, wait) = (attempt.Pages, time.GetElapsedTime(started), attempt.WaitAfter(found.Error));
        return () =>
        {
            _inFlight.Remove(asking);
            _state = _fence.Apply(_state, kind.ListLabel(), Apply, Fail, state => state.AbandonDiscovery(kind, time.GetUtcNow()));
        };

        AccountState Apply(AccountState state)
        {
            state = HearKey(AtThisMoment(state, out var now), now);
            if (!asking.IsWantedBy(state))
            {
                // A reload has dropped the list. If another one asks for it again, that is a walk of its own.
                return state;
            }

            var notBefore = asked.InMachineTime(wait?.For(state.Key.KeyNumber), now);
            return asked != _client
                ? state.RepeatDiscovery(kind, now, HoldsFor(asked, found.Error) ? notBefore : null)
                : CompleteDiscovery(state, kind, found, now - duration, pages, now, notBefore);
        }

        AccountState Fail(AccountState state, ApiError mistake)
        {
            state = AtThisMoment(state, out var now);
            return CompleteDiscovery(state, kind, mistake, now - duration, pages, now);
        }
    }

    /// <summary>Asks the undocumented list beside everything else: whatever it does, nothing waits for it.</summary>
    private async Task<Action> AskForNamesAsync(CancellationToken stopping)
    {
        var asked = _client;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stopping, _underTheseOptions.Token);
        using var attempt = NewContext(wasForbidden: true, isProbe: false, stop.Token);
        var names = await _fence.AskAsync(UndocumentedNames.ListAsync(asked, attempt), "names", static mistake => mistake);
        var (wait, keyNumber) = (attempt.WaitAfter(names.Error), attempt.KeyNumber);
        return () =>
        {
            _names.End(asked);
            if (asked == _client && _names.Hear(names, wait, keyNumber) is { } told)
            {
                _state = _fence.Apply(_state, "names", state => state.ApplyNames(told), static (state, _) => state, static state => state);
            }
        };
    }

    /// <summary>
    /// Whether a wait that came with an answer under former options must be remembered: of all but refusals the gate knows whom it is
    /// about.
    /// </summary>
    private bool HoldsFor(SendGridClient asked, ApiError? error) => asked.AsksAs(_client) && (error?.Reason).IsRefusal();

    private InFlight Enter(Prober who, long number)
    {
        var asking = new InFlight(who, number);
        _inFlight.Add(asking);
        return asking;
    }

    private PollContext NewContext(bool wasForbidden, bool isProbe, CancellationToken stopping) =>
        new(_client.Time, Plan.Poll.Timeout, retryForbidden: !wasForbidden, stopping)
        {
            IsProbe = isProbe,
            LongestBackOff = Plan.Poll.Interval,
        };

    private AccountState HearKey(AccountState before, DateTimeOffset now)
    {
        var after = before.ApplyKeyStanding(_client.Key, now);
        _stateLog.KeyHeard(before, after);
        return after;
    }

    private AccountState CompletePoll(AccountState before, CampaignState campaign, PollOutcome outcome, DateTimeOffset now)
    {
        var after = before.CompletePoll(campaign, outcome, now);
        _stateLog.PollCompleted(before, after, campaign, outcome, now);
        return after;
    }

    private AccountState CompleteDiscovery(
        AccountState before,
        CampaignKind kind,
        ApiResult<CampaignList> found,
        DateTimeOffset started,
        int pages,
        DateTimeOffset now,
        DateTimeOffset? notBefore = null
    )
    {
        var after = before.CompleteDiscovery(kind, found, started, pages, now, notBefore);
        _stateLog.DiscoveryCompleted(before, after, kind, found);
        return after;
    }
}
