using Exporter.SendGrid;
using Exporter.SendGrid.Keys;
using Exporter.SendGrid.RateLimits;
using Exporter.Snapshots;
using Exporter.Telemetry;

namespace Exporter.Polling;

/// <summary>
/// Runs the loop of every account, from the start of the host to its stop. A reload gives loops other plans, starts some and ends some.
/// </summary>
internal sealed class PollingService(
    PollingPlan plan,
    SnapshotStore store,
    Instruments instruments,
    HttpClient http,
    Liveness liveness,
    Harmless harmless,
    TimeProvider time,
    IHostApplicationLifetime lifetime,
    ILogger<PollingService> logger
) : BackgroundService
{
    private readonly TaskCompletionSource<CancellationToken> _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _oneDied = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly FormerGates _formerGates = new(time);

    /// <summary>An answer to one account may hold the key of another, and a proxy's answer the password for it.</summary>
    private readonly KeyRing _keys = KeyRing.Of([], harmless.Proofs);
    private volatile IReadOnlyList<Loop> _loops = [];

    /// <summary>
    /// Puts another plan in force. The snapshot changes once, as a whole: accounts that stay keep their values, accounts that are gone are
    /// gone, and others begin with what is saved of them, as at a start. Callers take turns.
    /// </summary>
    /// <param name="next">The plan.</param>
    /// <param name="readSaved">Reads what is saved of accounts that the plan before did not have. It does not fail.</param>
    /// <param name="replace">Gets the snapshot before and the next one, while nothing else can replace it.</param>
    /// <returns>When the loops of accounts that are gone have ended.</returns>
    public async Task ReloadAsync(
        PollingPlan next,
        Func<IReadOnlyList<AccountIdentity>, Task<IReadOnlyDictionary<AccountIdentity, SavedAccount>>> readSaved,
        Action<Snapshot, Snapshot> replace
    )
    {
        var stopping = await _started.Task;
        if (stopping.IsCancellationRequested || _oneDied.Task.IsCompleted)
        {
            // The program ends.
            return;
        }

        var kept = next
            .ByAccount.Select(account => (Account: account, Kept: _loops.FirstOrDefault(loop => account.Continues(loop.Poller.Plan))))
            .ToList();
        var added = kept.Where(static each => each.Kept is null).Select(static each => each.Account.Account.Identity).ToList();
        var saved = added.Count > 0 ? await readSaved(added) : new Dictionary<AccountIdentity, SavedAccount>();
        var gone = _loops.Except(kept.Select(static each => each.Kept).OfType<Loop>()).ToList();
        var gates = _formerGates.Pass([.. _loops.Select(static loop => loop.Poller.Asked)], Asked(next));
        var accounts = kept.Zip(
                gates,
                (each, gate) =>
                    (
                        each.Account,
                        each.Kept,
                        Gate: gate,
                        Loop: each.Kept
                            ?? NewLoop(
                                each.Account.With(saved.GetValueOrDefault(each.Account.Account.Identity, SavedAccount.Nothing)),
                                gate
                            )
                    )
            )
            .ToList();

        // Within the turn of the store, so that no loop publishes its account beside accounts of the other plan.
        store.Update(before =>
        {
            var after = new Snapshot
            {
                MaxAge = next.Poll.MaxAge,
                WasReady = before.IsReady,
                Accounts =
                [
                    .. accounts.Select(each => each.Kept?.Poller.Reconfigure(each.Account, each.Gate) ?? each.Loop.Poller.Snapshot),
                ],
            };
            replace(before, after);
            return after;
        });

        _loops = [.. accounts.Select(static each => each.Loop)];
        foreach (var loop in gone)
        {
            await loop.DisposeAsync();

            // One of the same name is not begun yet: what was said to the other subuser, or server, is not shown as its own.
            instruments.RemoveAccount(loop.Account);
        }

        foreach (var begun in accounts.Where(static each => each.Kept is null))
        {
            Begin(begun.Loop, stopping);
        }
    }

    /// <summary>
    /// Gives the accounts that wait for it what a former run saved of them. Their snapshot says which still wait
    /// (<see cref="AccountSnapshot.Awaited"/>): perhaps their loops have not begun, or a reload is adding them just now.
    /// </summary>
    public void Resume(IReadOnlyDictionary<AccountIdentity, SavedAccount> saved)
    {
        foreach (var poller in _loops.Select(static loop => loop.Poller))
        {
            if (poller.Snapshot.Awaited is { } awaited && saved.TryGetValue(awaited, out var late))
            {
                poller.Resume(late);
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            // A program that cannot listen ends without having sent a request.
            await lifetime.StartedAsync(stoppingToken);
            _loops = [.. plan.ByAccount.Zip(_formerGates.Pass([], Asked(plan)), NewLoop)];
            foreach (var loop in _loops)
            {
                Begin(loop, stoppingToken);
            }
        }
        catch
        {
            _started.SetResult(new CancellationToken(canceled: true));
            throw;
        }

        _started.SetResult(stoppingToken);
        // The death of one loop ends the program, so that a service manager restarts it. Else old values would be taken for fresh ones.
        await Task.WhenAny(_oneDied.Task, Task.Delay(Timeout.InfiniteTimeSpan, time, stoppingToken));
        if (_oneDied.Task.IsCompleted)
        {
            await _oneDied.Task;
        }

        await Task.WhenAll(_loops.Select(loop => loop.Running));
    }

    private static IReadOnlyList<ApiOptions> Asked(PollingPlan plan) => [.. plan.Accounts.Select(static account => account.Api)];

    private Loop NewLoop(AccountPlan account, RateGate gate)
    {
        var options = account.Account.Api;
        _keys.Add(options.ApiKey.RevealLast());
        var client = new SendGridClient(http, options, instruments.ForAccount(options.Name), gate, _keys);
        var log = new PollLog(logger, options.Name ?? "default");
        return new Loop(options.Name, new AccountPoller(account, client, store, liveness, time, log));
    }

    private void Begin(Loop loop, CancellationToken stopping) => loop.Running = RunAsync(loop, stopping);

    private async Task RunAsync(Loop loop, CancellationToken stopping)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, loop.Stop);
        try
        {
            await loop.Poller.RunAsync(either.Token);
        }
        catch (Exception e)
        {
            _oneDied.TrySetException(new InvalidOperationException($"the loop of account {loop.Account ?? "default"} has died", e));
            throw;
        }
    }

    /// <summary>The loop of one account.</summary>
    private sealed class Loop(string? account, AccountPoller poller) : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();

        public string? Account => account;

        public AccountPoller Poller => poller;

        public CancellationToken Stop => _stop.Token;

        public Task Running { get; set; } = Task.CompletedTask;

        /// <summary>Ends the loop. If it died before, that was logged then.</summary>
        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await Running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _stop.Dispose();
        }
    }
}
