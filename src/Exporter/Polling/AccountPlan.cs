using System.Collections.Immutable;
using Exporter.Snapshots;

namespace Exporter.Polling;

/// <summary>The configuration of the loop of one account.</summary>
internal sealed record AccountPlan(PollOptions Poll, AccountOptions Account, LinksOptions Links)
{
    /// <summary>What a former run saved, for the start of the account.</summary>
    public SavedAccount Saved { get; init; } = SavedAccount.Nothing;

    public AccountPlan With(SavedAccount saved) => this with { Saved = saved };

    /// <summary>The account before anything is known.</summary>
    public AccountSnapshot Empty() =>
        new()
        {
            Identity = Account.Identity,
            Name = Account.Api.Name,
            Discovery = Account.Discovered.ToImmutableSortedDictionary(kind => kind, _ => PollHealth.Untried),
        };

    /// <summary>
    /// Whether a reload continues the account, so that its values, counters and schedule stay: it has the same name and subuser. Its key,
    /// address and rate may differ.
    /// </summary>
    public bool Continues(AccountPlan before) =>
        (Account.Api.Name, Account.Api.OnBehalfOf) == (before.Account.Api.Name, before.Account.Api.OnBehalfOf);
}
