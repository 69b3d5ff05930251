using System.Collections.Immutable;
using Exporter.Snapshots;

namespace Exporter.Polling;

/// <summary>What the loop of one account is told.</summary>
internal sealed record AccountPlan(PollOptions Poll, AccountOptions Account, LinksOptions Links)
{
    /// <summary>What a former run of the program knew of it.</summary>
    public ImmutableArray<CampaignSnapshot> Saved { get; init; } = [];

    /// <summary>What that knows of its pages.</summary>
    public SavedPages SavedPages { get; init; }

    public AccountPlan With(SavedAccount saved) => this with { Saved = saved.Campaigns, SavedPages = saved.Pages };

    /// <summary>The account before anything is known.</summary>
    public AccountSnapshot Empty() =>
        new()
        {
            Identity = Account.Identity,
            Name = Account.Api.Name,
            Discovery = Account.Discovered.ToImmutableSortedDictionary(kind => kind, _ => PollHealth.Untried),
        };

    /// <summary>
    /// Whether after a reload this is the account that it was before, so that its values, counters and schedule stay: it has the same name
    /// and asks for the same subuser. Its key, address and rate may be others.
    /// </summary>
    public bool IsStill(AccountPlan before) =>
        (Account.Api.Name, Account.Api.OnBehalfOf) == (before.Account.Api.Name, before.Account.Api.OnBehalfOf);
}
