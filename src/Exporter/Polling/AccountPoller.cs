using System.Collections.Immutable;
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
/// turns; what was in the air while a reload changed the plan ends with the options it began with.
/// </remarks>
#pragma warning disable CA1001 // A source without a timer holds nothing that has to be given back, and a reload may come when the loop has ended.
internal sealed class AccountPoller(AccountPlan plan, SendGridClient client, SnapshotStore store, Liveness liveness, TimeProvider time, PollLog log)
#pragma warning restore CA1001
{
    /// <summary>The loop wakes at least this often to show that it is alive.</summary>
    private static readonly TimeSpan LongestSleep = TimeSpan.FromSeconds(5);

    /// <summary>Less is the drift of a clock, not somebody who set it.</summary>
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromSeconds(1);

    private readonly string _loop = $"account {plan.Account.Account.Name}";
    private readonly AccountBook _book = new(plan, log, time.GetUtcNow());
    private readonly HashSet<Task<Action>> _running = [];
    private readonly Lock _turn = new();
    private volatile TaskCompletionSource<Action> _woken = NewAlarm();
    private SendGridClient _client = client;
    private bool _namesMissing;
    private bool _asksForNames;
    private CancellationTokenSource _underTheseOptions = new();
    private (DateTimeOffset Time, long Timestamp) _lastLook = (time.GetUtcNow(), time.GetTimestamp());

    public AccountPlan Plan => _book.Plan;

    public AccountSnapshot Snapshot => _book.Snapshot;

    /// <summary>Puts another plan of the same account in force, and lets the loop look at it at once.</summary>
    /// <returns>The account as it is to be published.</returns>
    public AccountSnapshot Reconfigure(AccountPlan next)
    {
        CancellationTokenSource? outdated = null;
        lock (_turn)
        {
            var before = _client;
            _client = before.Reconfigured(next.Account.Account);
            _book.Reconfigure(next, time.GetUtcNow());
            if (_client != before)
            {
                // Their failure would say nothing, and they hold places and use a key that may have been revoked.
                outdated = _underTheseOptions;
                _underTheseOptions = new CancellationTokenSource();
            }
        }

        outdated?.Cancel();
        outdated?.Dispose();
        _woken.TrySetResult(static () => { });
        return _book.Snapshot;
    }

    /// <summary>Takes what a former run knew of campaigns that this one has not seen yet, and publishes it.</summary>
    public void Resume(ImmutableArray<CampaignSnapshot> saved)
    {
        lock (_turn)
        {
            _book.Resume(saved, time.GetUtcNow());
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
        liveness.Forget(_loop);
    }

    /// <summary>The time. When the clock was set since the last look, the plans move with it: else one that was set back would stop the polling.</summary>
    private DateTimeOffset LookAtClock()
    {
        var (now, timestamp) = (time.GetUtcNow(), time.GetTimestamp());
        var set = now - _lastLook.Time - time.GetElapsedTime(_lastLook.Timestamp, timestamp);
        _lastLook = (now, timestamp);
        if (set.Duration() > ClockTolerance)
        {
            _book.ClockMoved(set);
        }

        return now;
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

            _running.Add(DiscoverAsync(kind, start.IsProbe, now, stopping));
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
            untilDue = _book.NextDue - time.GetUtcNow();
        }

        var pause = untilDue < TimeSpan.Zero ? TimeSpan.Zero : untilDue > LongestSleep ? LongestSleep : untilDue;
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
        var asked = _client;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stopping, _underTheseOptions.Token);
        using var attempt = NewAttempt(campaign.LastError == ApiErrorKind.Forbidden, isProbe, stop.Token);
        using var span = PollTraces.Attempt(campaign.Kind == CampaignKind.Automation ? "poll automation" : "poll single send", Plan.Account.Account.Name, campaign.Label);
        var outcome = await FencedAsync(
            CampaignPoll.RunAsync(asked, campaign, Plan.Account.Automations.StepStats, attempt, time),
            campaign.Label,
            error => new PollOutcome(Found: null, error, attempt.Pages, TimeSpan.Zero));
        span.AttemptEnded(outcome.Pages, Reasons.Word(outcome.Error), outcome.Error?.Message);
        return () => Fenced(
            () =>
            {
                var now = time.GetUtcNow();
                if (IsOutdated(outcome.Error, asked))
                {
                    _book.Outdated(campaign, now);
                    return;
                }

                _book.Heard(_client.Key, now);
                _book.Ended(campaign, outcome, now);
            },
            campaign.Label,
            error => _book.Ended(campaign, new PollOutcome(Found: null, error, outcome.Pages, outcome.Duration), time.GetUtcNow()));
    }

    private async Task<Action> DiscoverAsync(CampaignKind kind, bool isProbe, DateTimeOffset started, CancellationToken stopping)
    {
        var asked = _client;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stopping, _underTheseOptions.Token);
        using var attempt = NewAttempt(_book.Snapshot.Discovery[kind].LastReason == FailureReason.Forbidden, isProbe, stop.Token);
        using var span = PollTraces.Attempt($"discover {Discovery.Word(kind)}", Plan.Account.Account.Name);
        var found = await FencedAsync(Discovery.ListAsync(asked, kind, attempt), Discovery.Word(kind), static error => error);
        span.AttemptEnded(attempt.Pages, Reasons.Word(found.Error), found.Error?.Message);
        var pages = attempt.Pages;
        return () => Fenced(
            () =>
            {
                var now = time.GetUtcNow();
                if (IsOutdated(found.Error, asked))
                {
                    _book.DiscoveryOutdated(kind, now);
                    return;
                }

                _book.Heard(_client.Key, now);
                _book.DiscoveryEnded(kind, found, started, pages, now);
            },
            Discovery.Word(kind),
            error => _book.DiscoveryEnded(kind, error, started, pages, time.GetUtcNow()));
    }

    /// <summary>Asks the undocumented list beside everything else: whatever it does, nothing waits for it.</summary>
    private async Task<Action> AskForNamesAsync(CancellationToken stopping)
    {
        using var attempt = NewAttempt(wasForbidden: true, isProbe: false, stopping);
        var names = await FencedAsync(AutomationNames.ListAsync(_client, attempt), "names", static error => error);
        return () =>
        {
            _asksForNames = false;
            Fenced(() => TakeNames(names), "names", static _ => { });
        };
    }

    private Attempt NewAttempt(bool wasForbidden, bool isProbe, CancellationToken stopping) =>
        new(time, Plan.Poll.Timeout, retryForbidden: !wasForbidden, stopping) { IsProbe = isProbe, LongestBackOff = Plan.Poll.Interval };

    /// <summary>Whether a failure belongs to options, a key among them, that a reload has replaced meanwhile.</summary>
    private bool IsOutdated(ApiError? error, SendGridClient asked) => error is not null && asked != _client;

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
            failed(Broken(e, what));
        }
    }

    private ApiError Broken(Exception e, string what)
    {
        log.Broken(e, what);
        return new ApiError(ApiErrorKind.InvalidResponse, $"internal error ({e.GetType().Name})") { Cause = FailureCause.InternalError };
    }
}
