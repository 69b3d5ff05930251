using System.Collections.Immutable;
using Exporter.SendGrid;
using Exporter.Snapshots;
using Exporter.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;

namespace Exporter.Polling;

/// <summary>What the polling room is told: when, which accounts, and how links are kept.</summary>
internal sealed record PollingPlan(PollOptions Poll, IReadOnlyList<PolledAccountOptions> Accounts, LinksOptions Links)
{
    /// <summary>What a former run of the program knew of each account, by its number; empty when nothing was kept.</summary>
    public ImmutableArray<ImmutableArray<CampaignSnapshot>> Saved { get; init; } = [];

    /// <summary>The snapshot to begin with: what the configuration lists, and what was saved of it and of what was discovered.</summary>
    public Snapshot Begin(DateTimeOffset now) => Empty() with
    {
        Accounts = [.. Accounts.Select((_, number) => new AccountBook(this, number, new PollLog(NullLogger.Instance, ""), now).Snapshot)],
    };

    /// <summary>The snapshot before anything is known: the accounts, empty.</summary>
    public Snapshot Empty() => new()
    {
        MaxAge = Poll.MaxAge,
        Accounts =
        [
            .. Accounts.Select(account => new AccountSnapshot
            {
                Name = account.Account.Name,
                Discovery = account.Discovered.ToImmutableSortedDictionary(kind => kind, _ => PollHealth.Untried),
            }),
        ],
    };
}

/// <summary>Runs the loop of every account, from the host's start to its stop.</summary>
internal sealed class PollingService(
    PollingPlan plan, SnapshotStore store, Instruments instruments, HttpClient http, Liveness liveness, TimeProvider time, ILogger<PollingService> logger)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.WhenAll(Enumerable.Range(0, plan.Accounts.Count).Select(number => RunAsync(number, stoppingToken)));
    }

    private async Task RunAsync(int number, CancellationToken stopping)
    {
        var account = plan.Accounts[number].Account;
        using var client = new SendGridClient(http, account, instruments.For(account.Name), time);
        var log = new PollLog(logger, account.Name ?? "default");
        try
        {
            await new AccountPoller(number, plan, client, store, liveness, time, log).RunAsync(stopping);
        }
        catch (Exception e)
        {
            // The host goes on until the loops of all accounts have ended, and would say nothing until then.
            log.LoopDied(e);
            throw;
        }
    }
}
