using Exporter.SendGrid;
using Exporter.Snapshots;
using Exporter.Telemetry;

namespace Exporter.Polling;

/// <summary>
/// The loop of one account: starts what the book says is due, and publishes the book after each event. Accounts share nothing, so a
/// slow or refused one never delays another.
/// </summary>
/// <remarks>Only the loop touches the book: a poll runs beside it and hands back what the loop then does with the result.</remarks>
internal sealed class AccountPoller(
    int number, PollingPlan plan, SendGridClient client, SnapshotStore store, Liveness liveness, TimeProvider time, PollLog log)
{
    /// <summary>The loop wakes at least this often to show that it is alive.</summary>
    private static readonly TimeSpan LongestSleep = TimeSpan.FromSeconds(5);

    /// <summary>Less is the drift of a clock, not somebody who set it.</summary>
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromSeconds(1);

    private readonly string _loop = $"account {number}";
    private readonly AccountBook _book = new(plan, number, log, time.GetUtcNow());
    private readonly HashSet<Task<Action>> _running = [];

    private readonly PolledAccountOptions _options = plan.Accounts[number];
    private bool _namesMissing;
    private (DateTimeOffset Time, long Timestamp) _lastLook = (time.GetUtcNow(), time.GetTimestamp());

    /// <summary>Polls until stopped.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            liveness.Beat(_loop);
            StartDue(LookAtClock(), stopping);
            store.Update(number, _book.Snapshot);
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
        foreach (var kind in _book.DiscoveriesDue(now))
        {
            if (_book.DiscoveryStarted(kind) is { } known)
            {
                _book.DiscoveryEnded(kind, known, now, pages: 0, now);
            }
            else
            {
                _running.Add(DiscoverAsync(kind, now, stopping));
            }
        }

        for (var due = _book.Due(now); due.Count > 0; due = _book.Due(now))
        {
            foreach (var campaign in due)
            {
                if (_book.Started(campaign, now) is { } known)
                {
                    _book.Ended(campaign, new PollOutcome(Found: null, known, Pages: 0, TimeSpan.Zero), now);
                }
                else
                {
                    _running.Add(PollAsync(campaign, stopping));
                }
            }
        }
    }

    private async Task SleepAsync(CancellationToken stopping)
    {
        var untilDue = _book.NextDue - time.GetUtcNow();
        var pause = untilDue < TimeSpan.Zero ? TimeSpan.Zero : untilDue > LongestSleep ? LongestSleep : untilDue;
        using var alarm = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var ended = await Task.WhenAny([.. _running, TimerAsync(pause, alarm.Token)]);
        await alarm.CancelAsync();
        _running.Remove(ended);
        (await ended)();
    }

    private async Task<Action> TimerAsync(TimeSpan pause, CancellationToken alarm)
    {
        await Task.Delay(pause, time, alarm).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return static () => { };
    }

    private async Task<Action> PollAsync(PolledCampaign campaign, CancellationToken stopping)
    {
        var retryForbidden = campaign.LastError != ApiErrorKind.Forbidden;
        using var attempt = new Attempt(time, plan.Poll.Timeout, retryForbidden, stopping);
        using var span = PollTraces.Attempt(campaign.Kind == CampaignKind.Automation ? "poll automation" : "poll single send", _options.Account.Name, campaign.Label);
        var outcome = await FencedAsync(
            CampaignPoll.RunAsync(client, campaign, _options.Automations.StepStats, attempt, time),
            campaign.Label,
            error => new PollOutcome(Found: null, error, attempt.Pages, TimeSpan.Zero));
        span.AttemptEnded(outcome.Pages, Reasons.Word(outcome.Error), outcome.Error?.Message);
        return () => _book.Ended(campaign, outcome, time.GetUtcNow());
    }

    private async Task<Action> DiscoverAsync(CampaignKind kind, DateTimeOffset started, CancellationToken stopping)
    {
        var retryForbidden = _book.Snapshot.Discovery[kind].LastReason != FailureReason.Forbidden;
        using var attempt = new Attempt(time, plan.Poll.Timeout, retryForbidden, stopping);
        using var span = PollTraces.Attempt($"discover {Discovery.Word(kind)}", _options.Account.Name);
        var found = await FencedAsync(Discovery.ListAsync(client, kind, attempt), Discovery.Word(kind), static error => error);
        var names = kind == CampaignKind.Automation && _options.Automations.Names == NameSource.UndocumentedApi && found.Error is null
            ? await FencedAsync(AutomationNames.ListAsync(client, attempt), "names", static error => error)
            : new AutomationNameList([]);
        span.AttemptEnded(attempt.Pages, Reasons.Word(found.Error), found.Error?.Message);
        return () =>
        {
            _book.DiscoveryEnded(kind, found, started, attempt.Pages, time.GetUtcNow());
            TakeNames(names);
        };
    }

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

    /// <summary>The one fence of the process: a mistake of ours in asking for one thing must not end the polling of all others.</summary>
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
            log.Broken(e, what);
            return failed(new ApiError(ApiErrorKind.InvalidResponse, $"internal error ({e.GetType().Name})"));
        }
    }
}
