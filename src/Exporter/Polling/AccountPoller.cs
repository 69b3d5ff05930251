using Exporter.SendGrid;
using Exporter.Snapshots;
using Exporter.Telemetry;

namespace Exporter.Polling;

/// <summary>
/// The loop of one account: starts what the book says is due, and publishes the book after each event. Accounts share nothing, so a
/// slow or refused one never delays another.
/// </summary>
/// <remarks>
/// A poll runs beside the loop and hands back what the loop then does with the result. Only the loop and a reload touch the book, in
/// turns; what was in flight while a reload changed the options of the account is asked again, and what nobody wants any more is ended.
/// </remarks>
#pragma warning disable CA1001 // A source without a timer holds nothing to give back, and a reload may come when the loop has ended.
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
    private readonly AccountBook _book = Open(plan, log, ClockReading.Read(time));
    private readonly HashSet<(object Who, CancellationTokenSource Stop)> _inFlight = [];
    private readonly HashSet<Task<Action>> _running = [];
    private readonly Lock _turn = new();
    private volatile TaskCompletionSource<Action> _woken = NewAlarm();
    private SendGridClient _client = client;
    private bool _namesMissing;
    private bool _asksForNames;
    private CancellationTokenSource _underTheseOptions = new();

    public AccountPlan Plan => _book.Plan;

    public AccountSnapshot Snapshot => _book.Snapshot;

    /// <summary>Puts another plan of the same account in force, and lets the loop look at it at once.</summary>
    /// <returns>The account as it is to be published.</returns>
    public AccountSnapshot Reconfigure(AccountPlan next)
    {
        var outdated = new List<CancellationTokenSource>();
        lock (_turn)
        {
            var before = _client;
            _client = before.WithOptions(next.Account.Api);
            _book.Reconfigure(next, LookAtClock());

            // Nobody wants them any more.
            outdated.AddRange(_inFlight.Where(asking => !IsWanted(asking.Who)).Select(asking => asking.Stop));
            if (_client != before)
            {
                // Their answers would say nothing, and they hold places and use a key that may have been revoked.
                outdated.Add(_underTheseOptions);
                _underTheseOptions = new CancellationTokenSource();
            }
        }

        outdated.ForEach(poll => poll.Cancel());
        _woken.TrySetResult(static () => { });
        return _book.Snapshot;
    }

    /// <summary>Takes what a former run knew of campaigns that this one has not seen yet, and publishes it.</summary>
    public void Resume(SavedAccount saved)
    {
        lock (_turn)
        {
            _book.Resume(saved, LookAtClock());
        }

        store.Update(() => _book.Snapshot);
        _woken.TrySetResult(static () => { });
    }

    /// <summary>Polls until stopped.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            liveness.Beat(_loop);
            lock (_turn)
            {
                StartDue(LookAtClock(), stopping);
            }

            store.Update(() => _book.Snapshot);
            await SleepAsync(stopping);
        }

        // Polls in the air end at once: stopping cancels their requests.
        await Task.WhenAll(_running);
        liveness.Remove(_loop);
    }

    private static AccountBook Open(AccountPlan plan, PollLog log, ClockReading clock) => new(plan, log, clock.Time, clock);

    /// <summary>
    /// The time, to be asked in a turn before the book is told of it: when the clock was set meanwhile, all that the book knows moves with
    /// it first.
    /// </summary>
    private DateTimeOffset LookAtClock()
    {
        var reading = ClockReading.Read(time);
        if (_book.Snapshot.SetBy(reading, time) is var set && set != TimeSpan.Zero)
        {
            _book.ClockMoved(set, reading);
        }

        return reading.Time;
    }

    private void StartDue(DateTimeOffset now, CancellationToken stopping)
    {
        _book.DropAgedOut(now);
        _book.Heard(_client.Key, now);
        _book.ChooseProber(now);
        foreach (var kind in _book.DiscoveriesDue(now))
        {
            var start = _book.DiscoveryStarted(kind, now);
            if (start.Known is { } known)
            {
                _book.DiscoveryEnded(kind, known, now, pages: 0, now);
                continue;
            }

            _running.Add(DiscoverAsync(kind, start.IsProbe, stopping));
            if (kind == CampaignKind.Automation && Plan.Account.Automations.Names == NameSource.UndocumentedApi && !_asksForNames)
            {
                _asksForNames = true;
                _running.Add(AskForNamesAsync(stopping));
            }
        }

        for (var due = _book.Due(now); due.Count > 0; due = _book.Due(now))
        {
            foreach (var campaign in due)
            {
                var start = _book.Started(campaign, now);
                if (start.Known is { } known)
                {
                    _book.Ended(campaign, new PollOutcome(Found: null, known, Pages: 0, TimeSpan.Zero), now);
                }
                else
                {
                    _running.Add(PollAsync(campaign, start.IsProbe, stopping));
                }
            }
        }
    }

    private async Task SleepAsync(CancellationToken stopping)
    {
        TimeSpan untilDue;
        lock (_turn)
        {
            untilDue = _book.NextDue - LookAtClock();
        }

        var pause =
            untilDue < TimeSpan.Zero ? TimeSpan.Zero
            : untilDue > LongestSleep ? LongestSleep
            : untilDue;
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
            // Before the next look at the book: a reload after that look finds the new one.
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

    private async Task<Action> PollAsync(PolledCampaign campaign, bool isProbe, CancellationToken stopping)
    {
        var (asked, statistics) = (_client, Plan.Account.Automations.StepStats);
        var asking = Begin(campaign);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stopping, _underTheseOptions.Token, asking.Stop.Token);
        using var attempt = NewAttempt(campaign.LastError == ApiErrorKind.Forbidden, isProbe, stop.Token);
        using var span = PollTraces.Attempt(
            campaign.Kind == CampaignKind.Automation ? "poll automation" : "poll single send",
            Plan.Account.Api.Name,
            campaign.Label
        );
        var outcome = await FencedAsync(
            CampaignPoll.RunAsync(asked, campaign, statistics, attempt, time),
            campaign.Label,
            error => new PollOutcome(Found: null, error, attempt.Pages, TimeSpan.Zero)
        );
        span.AttemptEnded(outcome.Pages, Reasons.Word(outcome.Error), outcome.Error?.Message);
        return () =>
            Fenced(
                () =>
                {
                    _inFlight.Remove(asking);
                    var now = LookAtClock();
                    if (asked != _client || (campaign.Kind == CampaignKind.Automation && statistics != Plan.Account.Automations.StepStats))
                    {
                        _book.Outdated(campaign, now);
                        return;
                    }

                    _book.Heard(_client.Key, now);
                    _book.Ended(campaign, outcome with { Error = ToldBy(now, outcome.Error) }, now);
                },
                campaign.Label,
                error => _book.Ended(campaign, new PollOutcome(Found: null, error, outcome.Pages, outcome.Duration), LookAtClock())
            );
    }

    private async Task<Action> DiscoverAsync(CampaignKind kind, bool isProbe, CancellationToken stopping)
    {
        var (asked, started) = (_client, time.GetTimestamp());
        var asking = Begin(kind);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stopping, _underTheseOptions.Token, asking.Stop.Token);
        using var attempt = NewAttempt(_book.Snapshot.Discovery[kind].LastReason == FailureReason.Forbidden, isProbe, stop.Token);
        using var span = PollTraces.Attempt($"discover {Discovery.Word(kind)}", Plan.Account.Api.Name);
        var found = await FencedAsync(Discovery.ListAsync(asked, kind, attempt), Discovery.Word(kind), static error => error);
        span.AttemptEnded(attempt.Pages, Reasons.Word(found.Error), found.Error?.Message);
        var (pages, duration) = (attempt.Pages, time.GetElapsedTime(started));
        return () =>
            Fenced(
                () =>
                {
                    _inFlight.Remove(asking);
                    var now = LookAtClock();
                    if (asked != _client)
                    {
                        _book.DiscoveryOutdated(kind, now);
                        return;
                    }

                    _book.Heard(_client.Key, now);
                    _book.DiscoveryEnded(kind, ToldBy(now, found.Error) is { } error ? error : found, now - duration, pages, now);
                },
                Discovery.Word(kind),
                error => _book.DiscoveryEnded(kind, error, LookAtClock() - duration, pages, LookAtClock())
            );
    }

    /// <summary>Asks the undocumented list beside everything else: whatever it does, nothing waits for it.</summary>
    private async Task<Action> AskForNamesAsync(CancellationToken stopping)
    {
        var asked = _client;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stopping, _underTheseOptions.Token);
        using var attempt = NewAttempt(wasForbidden: true, isProbe: false, stop.Token);
        var names = await FencedAsync(AutomationNames.ListAsync(asked, attempt), "names", static error => error);
        return () =>
        {
            _asksForNames = false;
            if (asked == _client)
            {
                Fenced(() => TakeNames(names), "names", static _ => { });
            }
        };
    }

    /// <param name="who">A <see cref="PolledCampaign"/>, or the <see cref="CampaignKind"/> of a list.</param>
    private (object Who, CancellationTokenSource Stop) Begin(object who)
    {
        var asking = (who, new CancellationTokenSource());
        _inFlight.Add(asking);
        return asking;
    }

    private bool IsWanted(object who) =>
        who is PolledCampaign campaign ? _book.Has(campaign) : _book.Snapshot.Discovery.ContainsKey((CampaignKind)who);

    private PollContext NewAttempt(bool wasForbidden, bool isProbe, CancellationToken stopping) =>
        new(_client.Time, Plan.Poll.Timeout, retryForbidden: !wasForbidden, stopping)
        {
            IsProbe = isProbe,
            LongestBackOff = Plan.Poll.Interval,
        };

    /// <summary>The time that the API has named, told by the machine's clock instead of the client's.</summary>
    private ApiError? ToldBy(DateTimeOffset now, ApiError? error) =>
        error?.NotBefore is { } named && (now - _client.Time.GetUtcNow()) is var ahead && ahead.Duration() > ClockReading.Tolerance
            ? error with
            {
                NotBefore = named + ahead,
            }
            : error;

    /// <summary>The loss of names changes nothing but names, so those known stay.</summary>
    private void TakeNames(ApiResult<AutomationNameList> names)
    {
        if (names.Value is { } told)
        {
            _book.Named(told.Names);
        }
        else if (!_namesMissing)
        {
            log.NamesMissing(names.Error!.Message);
        }

        _namesMissing = names.Value is null;
    }

    /// <summary>The fence around asking for one thing: a mistake of ours there must not end the polling of all others.</summary>
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

    /// <summary>The same around what is made of the answer: it counts as a failed attempt, and the values before stay.</summary>
    private void Fenced(Action act, string what, Action<ApiError> failed)
    {
        try
        {
            act();
        }
#pragma warning disable CA1031 // See above.
        catch (Exception e)
#pragma warning restore CA1031
        {
            try
            {
                failed(Broken(e, what));
            }
#pragma warning disable CA1031 // Nor must what is made of the mistake: the next attempt has been planned before anything could go wrong.
            catch (Exception again)
#pragma warning restore CA1031
            {
                log.Broken(again, what);
            }
        }
    }

    private ApiError Broken(Exception e, string what)
    {
        log.Broken(e, what);
        return new ApiError(ApiErrorKind.InvalidResponse, $"internal error ({e.GetType().Name})") { Cause = FailureCause.InternalError };
    }
}
