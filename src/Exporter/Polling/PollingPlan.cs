using System.Collections.Immutable;
using Exporter.Snapshots;

namespace Exporter.Polling;

/// <summary>The configuration of polling: times, accounts, and how links are kept. A reload brings another one.</summary>
internal sealed record PollingPlan(PollOptions Poll, IReadOnlyList<AccountOptions> Accounts, LinksOptions Links)
{
    /// <summary>The saved state of each account, by its number; empty when nothing was kept.</summary>
    public ImmutableArray<SavedAccount> Saved { get; init; } = [];

    /// <summary>The part of each account.</summary>
    public IEnumerable<AccountPlan> ByAccount =>
        Accounts.Select(
            (account, number) => new AccountPlan(Poll, account, Links).With(Saved.IsDefaultOrEmpty ? SavedAccount.Nothing : Saved[number])
        );

    /// <summary>The snapshot to begin with: what the configuration lists, and what was saved of it and of what was discovered.</summary>
    public Snapshot CreateSnapshot(DateTimeOffset now) =>
        new() { MaxAge = Poll.MaxAge, Accounts = [.. ByAccount.Select(account => SavedStateTransitions.Begin(account, now).Snapshot)] };
}
