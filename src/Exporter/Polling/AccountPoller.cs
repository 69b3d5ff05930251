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

    private readonly string _loop = $"account {number}";
    private readonly AccountBook _book = new(plan, number, log, time.GetUtcNow());
    private readonly HashSet<Task<Action>> _running = [];

    private bool StepStatistics => plan.Accounts[number].Automations.StepStats;

    /// <summary>Polls until stopped.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            liveness.Beat(_loop);
            StartDue(time.GetUtcNow(), stopping);
            store.Update(number, _book.Snapshot);
            await SleepAsync(stopping);
        }

        // Polls in the air end at once: stopping cancels their requests.
        await Task.WhenAll(_running);
        liveness.Forget(_loop);
    }

    private void StartDue(DateTimeOffset now, CancellationToken stopping)
    {
        _book.DropAgedOut(now);
        if (_book.DiscoveryDue <= now)
        {
            _book.DiscoveryStarted();
            _running.Add(DiscoverAsync(now, stopping));
        }

        for (var due = _book.Due(now); due.Count > 0; due = _book.Due(now))
        {
            foreach (var automation in due)
            {
                if (_book.Started(automation, now) is { } known)
                {
                    _book.Ended(automation, new PollOutcome(Found: null, known, Pages: 0, TimeSpan.Zero), now);
                }
                else
                {
                    _running.Add(PollAsync(automation, stopping));
                }
            }
        }
    }

    private async Task SleepAsync(CancellationToken stopping)
    {
        // Without a free place the due ones wait for a poll to end, not for the clock.
        var untilDue = _book.FreePlaces > 0 ? _book.NextDue - time.GetUtcNow() : LongestSleep;
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

    private async Task<Action> PollAsync(PolledAutomation automation, CancellationToken stopping)
    {
        var retryForbidden = automation.LastError != ApiErrorKind.Forbidden;
        using var attempt = new Attempt(time, plan.Poll.Timeout, retryForbidden, stopping);
        PollOutcome outcome;
        try
        {
            outcome = await AutomationPoll.RunAsync(client, automation, StepStatistics, attempt, time);
        }
#pragma warning disable CA1031 // The one fence of the process: a mistake of ours in one automation's poll must not end the polling of all others.
        catch (Exception e)
#pragma warning restore CA1031
        {
            log.Broken(e, automation.Label);
            var error = new ApiError(ApiErrorKind.InvalidResponse, $"internal error ({e.GetType().Name})");
            outcome = new PollOutcome(Found: null, error, attempt.Pages, TimeSpan.Zero);
        }

        return () => _book.Ended(automation, outcome, time.GetUtcNow());
    }

    private async Task<Action> DiscoverAsync(DateTimeOffset started, CancellationToken stopping)
    {
        using var attempt = new Attempt(time, plan.Poll.Timeout, retryForbidden: true, stopping);
        var found = await client.ListAutomationsAsync(attempt);
        return () => _book.DiscoveryEnded(found.Value?.Rows.Select(row => row.Id).ToList(), found.Error, started, attempt.Pages, time.GetUtcNow());
    }
}
