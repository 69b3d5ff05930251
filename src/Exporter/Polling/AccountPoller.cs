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
/// turns. What was in flight while a reload changed the options of the account is asked again, and what is not wanted any more is ended.
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

    private readonly string _loop = $"account {plan.Account.Api.Name}";
    private readonly StateLog _stateLog = new(log);
    private readonly HashSet<InFlight> _inFlight = [];
    private readonly HashSet<Task<Action>> _running = [];
    private readonly Lock _turn = new();
    private volatile TaskCompletionSource<Action> _woken = NewAlarm();
    private volatile AccountState _state = Begin(plan, ClockReading.Read(time));
    private SendGridClient _client = client;
    private bool _areNamesMissing;

    /// <summary>The client that asks for names now; <see langword="null"/> while none does.</summary>
    private SendGridClient? _namesAskedBy;

    /// <summary>The time before which the API asked not to be asked for names again, on the client's clock.</summary>
    private DateTimeOffset? _namesNotBefore;
    private CancellationTokenSource _underTheseOptions = new();

    public AccountPlan Plan => _state.Plan;

    /// <summary>The gate in use; after a change of <c>base_url</c> it is another one.</summary>
    public RateGate Gate => _client.Gate;

    public AccountSnapshot Snapshot => _state.Snapshot;

    /// <summary>Puts another plan of the same account in force, and lets the loop look at it at once.</summary>
    /// <param name="former">Keeps the gate of the server that is not asked any more.</param>
    /// <returns>The account as it is to be published.</returns>
    public AccountSnapshot Reconfigure(AccountPlan next, FormerGates former)
    {
        var outdated = new List<CancellationTokenSource>();
        lock (_turn)
        {
            var before = _client;
            _client = before.WithOptions(next.Account.Api, former);
            var now = LookAtClock();
            _state = _state.Reconfigure(next, now);
            if (!before.AsksAs(_client))
            {
                _namesNotBefore = null;
            }

            // Nobody wants them any more.
            outdated.AddRange(_inFlight.Where(asking => !IsWanted(asking)).Select(static asking => asking.Stop));
            if (_client != before)
            {
                // Their answers would say nothing, and they hold places and use a key that may have been revoked.
                outdated.Add(_underTheseOptions);
                _underTheseOptions = new CancellationTokenSource();
            }
        }

        outdated.ForEach(poll => poll.Cancel());
        _woken.TrySetResult(static () => { });
        return _state.Snapshot;
    }

    /// <summary>Takes what a former run knew, if it is waited for, and publishes it as the plan of this moment shows it.</summary>
    public void Resume(SavedAccount saved)
    {
        lock (_turn)
        {
            if (_state.Snapshot.Awaited is null)
            {
                return;
            }

            var now = LookAtClock();
            _state = _state.Resume(saved, now);
        }

        store.Update(() => _state.Snapshot);
        _woken.TrySetResult(static () => { });
    }

    /// <summary>Polls until stopped.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            liveness.Beat(_loop);
            _client.RefreshKey();
            lock (_turn)
            {
                StartDue(LookAtClock(), stopping);
            }

            store.Update(() => _state.Snapshot);
            await SleepAsync(stopping);
        }

        // Polls in the air end at once: stopping cancels their requests.
        await Task.WhenAll(_running);
        liveness.Remove(_loop);
    }

    private static AccountState Begin(AccountPlan plan, ClockReading clock) => SavedStateTransitions.Begin(plan, clock.Time, clock);

    /// <summary>
    /// The time, to be read in a turn before an event is applied: when the clock was set meanwhile, all that the state knows moves with it
    /// first.
    /// </summary>
    private DateTimeOffset LookAtClock()
    {
        var reading = ClockReading.Read(time);
        if (_state.Snapshot.SetBy(reading, time) is var set && set != TimeSpan.Zero)
        {
            _state = _state.ShiftBy(set, reading);
        }

        return reading.Time;
    }

    private void StartDue(DateTimeOffset now, CancellationToken stopping)
    {
        HearKey(now);
        _state = _state.DropAgedOut(now).ChooseProber(now).Ripen(now);
        foreach (var kind in _state.DueLists(now))
        {
            if (!_state.CanStart(kind))
            {
                continue;
            }

            if (NotBefore(_client.NotBefore(kind), now) is { } listed)
            {
                _state = _state.PostponeDiscovery(kind, listed);
                continue;
            }

            (_state, var start) = _state.BeginDiscovery(kind, now);
            if (start.Known is { } known)
            {
                CompleteDiscovery(kind, known, now, pages: 0, now);
                continue;
            }

            _running.Add(DiscoverAsync(kind, start.IsProbe, stopping));

            // One asking under former options is being ended, and its names would not count.
            if (
                kind == CampaignKind.Automation
                && Plan.Account.Automations.Names == NameSource.UndocumentedApi
                && _namesAskedBy != _client
                && !(_namesNotBefore > _client.Time.GetUtcNow())
            )
            {
                _namesAskedBy = _client;
                _running.Add(AskForNamesAsync(stopping));
            }
        }

        while ((_state = _state.Ripen(now)).Ready is { Count: > 0 } ready)
        {
            foreach (var campaign in ready)
            {
                if (NotBefore(_client.NotBefore(campaign.Kind, campaign.Id), now) is { } named)
                {
                    _state = _state.PostponePoll(campaign, named);
                    continue;
                }

                (_state, var start) = _state.BeginPoll(campaign, now);
                if (start.Known is { } known)
                {
                    CompletePoll(campaign, new PollOutcome(Found: null, known, Pages: 0, TimeSpan.Zero), now);
                }
                else
                {
                    _running.Add(PollAsync(campaign, start.IsProbe, stopping));
                }
            }
        }
    }

    private void HearKey(DateTimeOffset now)
    {
        var before = _state;
        _state = before.ApplyKeyStanding(_client.Key, now);
        _stateLog.KeyHeard(before, _state);
    }

    private void CompletePoll(CampaignState campaign, PollOutcome outcome, DateTimeOffset now)
    {
        var before = _state;
        _state = before.CompletePoll(campaign, outcome, now);
        _stateLog.PollCompleted(before, _state, campaign, outcome, now);
    }

    private void CompleteDiscovery(
        CampaignKind kind,
        ApiResult<CampaignList> found,
        DateTimeOffset started,
        int pages,
        DateTimeOffset now,
        DateTimeOffset? notBefore = null
    )
    {
        var before = _state;
        _state = before.CompleteDiscovery(kind, found, started, pages, now, notBefore);
        _stateLog.DiscoveryCompleted(before, _state, kind, found);
    }

    private async Task SleepAsync(CancellationToken stopping)
    {
        TimeSpan untilDue;
        lock (_turn)
        {
            var now = LookAtClock();
            untilDue = _state.NextDue - now;
        }

        var pause = TimeSpans.Clamp(untilDue, TimeSpan.Zero, LongestSleep);
        using var alarm = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var (woken, timer) = (_woken.Task, TimerAsync(pause, alarm.Token));
        var ended = await Task.WhenAny([.. _running, woken, timer]);
        if (!timer.IsCompleted)
        {
            await alarm.CancelAsync();
        }

        _running.Remove(ended);
        if (woken.IsCompleted)
        {
            // Before the next look at the state: a reload after that look finds the new one.
            _woken = NewAlarm();
        }

        var act = await ended;
        lock (_turn)
        {
            act();
        }
    }

    private static TaskCompletionSource<Action> NewAlarm() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task<Action> TimerAsync(TimeSpan pause, CancellationToken alarm)
    {
        await Task.Delay(WholeMilliseconds.Up(pause), time, alarm).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return static () => { };
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
        var outcome = await FencedAsync(
            CampaignPoll.RunAsync(asked, query, attempt, time),
            campaign.Label,
            mistake => new PollOutcome(Found: null, mistake, attempt.Pages, TimeSpan.Zero)
        );
        var error = outcome.JudgedBy(_state.Campaigns.Find(campaign)?.Snapshot.Data).Error;
        span.AttemptEnded(outcome.Pages, error?.Reason.Label(), error?.Message);
        return () =>
        {
            _inFlight.Remove(asking);
            Fenced(
                () =>
                {
                    var now = LookAtClock();
                    if (asked != _client || withStatistics != policy.HasStatistics(Plan.Account))
                    {
                        _state = _state.RepeatPoll(campaign, now, asked.AsksAs(_client) ? InMachineTime(now, outcome.NotBefore) : null);
                        return;
                    }

                    HearKey(now);
                    CompletePoll(campaign, outcome with { NotBefore = InMachineTime(now, outcome.NotBefore) }, now);
                },
                campaign.Label,
                mistake => CompletePoll(campaign, new PollOutcome(Found: null, mistake, outcome.Pages, outcome.Duration), LookAtClock()),
                () => _state.AbandonPoll(campaign, time.GetUtcNow())
            );
        };
    }

    private async Task<Action> DiscoverAsync(CampaignKind kind, bool isProbe, CancellationToken stopping)
    {
        var (asked, started) = (_client, time.GetTimestamp());
        var asking = Enter(Prober.List(kind), _state.Lists.WalkOf(kind)!.Value);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stopping, _underTheseOptions.Token, asking.Stop.Token);
        using var attempt = NewContext(_state.Snapshot.Discovery[kind].LastReason == FailureReason.Forbidden, isProbe, stop.Token);
        using var span = PollTraces.Attempt($"discover {kind.ListLabel()}", Plan.Account.Api.Name);
        var found = await FencedAsync(ListWalk.RunAsync(asked, kind, attempt), kind.ListLabel(), static error => error);
        span.AttemptEnded(attempt.Pages, found.Error?.Reason.Label(), found.Error?.Message);
        var (pages, duration, notBefore) = (attempt.Pages, time.GetElapsedTime(started), attempt.NotBeforeAfter(found.Error));
        return () =>
        {
            _inFlight.Remove(asking);
            Fenced(
                () =>
                {
                    var now = LookAtClock();
                    if (!IsWanted(asking))
                    {
                        // A reload has dropped the list. If another one asks for it again, that is a walk of its own.
                        return;
                    }

                    if (asked != _client)
                    {
                        _state = _state.RepeatDiscovery(kind, now, asked.AsksAs(_client) ? InMachineTime(now, notBefore) : null);
                        return;
                    }

                    HearKey(now);
                    CompleteDiscovery(kind, found, now - duration, pages, now, InMachineTime(now, notBefore));
                },
                kind.ListLabel(),
                error =>
                {
                    var now = LookAtClock();
                    CompleteDiscovery(kind, error, now - duration, pages, now);
                },
                () => _state.AbandonDiscovery(kind, time.GetUtcNow())
            );
        };
    }

    /// <summary>Asks the undocumented list beside everything else: whatever it does, nothing waits for it.</summary>
    private async Task<Action> AskForNamesAsync(CancellationToken stopping)
    {
        var asked = _client;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stopping, _underTheseOptions.Token);
        using var attempt = NewContext(wasForbidden: true, isProbe: false, stop.Token);
        var names = await FencedAsync(UndocumentedNames.ListAsync(asked, attempt), "names", static error => error);
        var notBefore = attempt.NotBeforeAfter(names.Error);
        return () =>
        {
            _namesAskedBy = _namesAskedBy == asked ? null : _namesAskedBy;
            if (asked == _client)
            {
                _namesNotBefore = notBefore;
                Fenced(() => ApplyNames(names), "names", static _ => { }, () => _state);
            }
        };
    }

    private InFlight Enter(Prober who, long number)
    {
        var asking = new InFlight(who, number, new CancellationTokenSource());
        _inFlight.Add(asking);
        return asking;
    }

    private bool IsWanted(InFlight asking) =>
        asking.Number
        == (asking.Who.Campaign is { } campaign ? _state.Campaigns.Find(campaign)?.Number : _state.Lists.WalkOf(asking.Who.Kind));

    private PollContext NewContext(bool wasForbidden, bool isProbe, CancellationToken stopping) =>
        new(_client.Time, Plan.Poll.Timeout, retryForbidden: !wasForbidden, stopping)
        {
            IsProbe = isProbe,
            LongestBackOff = Plan.Poll.Interval,
        };

    /// <summary>Returns a time that the API named, in the machine's time; <see langword="null"/> when it is not in the future.</summary>
    private DateTimeOffset? NotBefore(DateTimeOffset named, DateTimeOffset now) =>
        named > _client.Time.GetUtcNow() && InMachineTime(now, named) is { } until && until > now ? until : null;

    /// <summary>A time that the API named, in the machine's time instead of the client's.</summary>
    private DateTimeOffset? InMachineTime(DateTimeOffset now, DateTimeOffset? named) =>
        (now - _client.Time.GetUtcNow()) is var ahead && ahead.Duration() > ClockReading.Tolerance ? named.ShiftedBy(ahead) : named;

    /// <summary>The loss of names changes nothing but names, so those known stay.</summary>
    private void ApplyNames(ApiResult<AutomationNameList> names)
    {
        if (names.Value is { } told)
        {
            _state = _state.ApplyNames(told.Names);
        }
        else if (!_areNamesMissing)
        {
            log.NamesMissing(names.Error!.Message);
        }

        _areNamesMissing = names.Value is null;
    }

    /// <summary>
    /// Waits for an answer. An exception is a mistake in this program; it becomes a failed answer, so that the polling of all others goes
    /// on.
    /// </summary>
    private async Task<T> FencedAsync<T>(Task<T> asking, string what, Func<ApiError, T> failed)
    {
        try
        {
            return await asking;
        }
#pragma warning disable CA1031 // See above.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return failed(Broken(e, what));
        }
    }

    /// <summary>
    /// Applies an answer. When that throws, by a mistake in this program, the state from before stays and the attempt counts as failed.
    /// When counting it throws, too, the state from before stays again, and only the next attempt is planned.
    /// </summary>
    /// <param name="apply">Applies the answer.</param>
    /// <param name="what">What was asked for, for the log.</param>
    /// <param name="fail">Counts the attempt as failed.</param>
    /// <param name="abandon">
    /// Plans the next attempt. It reads the time of day as it is, set or not, and does nothing that may throw.
    /// </param>
    private void Fenced(Action apply, string what, Action<ApiError> fail, Func<AccountState> abandon)
    {
        var before = _state;
        try
        {
            apply();
        }
#pragma warning disable CA1031 // See above.
        catch (Exception e)
#pragma warning restore CA1031
        {
            try
            {
                _state = before;
                fail(Broken(e, what));
            }
#pragma warning disable CA1031 // See above.
            catch (Exception again)
#pragma warning restore CA1031
            {
                _state = before;
                _state = abandon();
                log.Broken(again, what);
            }
        }
    }

    private ApiError Broken(Exception e, string what)
    {
        log.Broken(e, what);
        return new ApiError(FailureReason.InvalidResponse, $"internal error ({e.GetType().Name})") { Cause = FailureCause.InternalError };
    }

    /// <summary>A poll, or a walk of a list, that asks now.</summary>
    /// <param name="Number">The <see cref="CampaignState.Number"/>, or that of the walk (<see cref="ListSchedule.WalkOf"/>).</param>
    /// <param name="Stop">Ends it when it is not wanted any more.</param>
    private sealed record InFlight(Prober Who, long Number, CancellationTokenSource Stop);
}
