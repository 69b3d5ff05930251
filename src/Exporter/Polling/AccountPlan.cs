using System.Collections.Immutable;
using Exporter.Snapshots;

namespace Exporter.Polling;

/// <summary>The configuration of the loop of one account.</summary>
internal sealed record AccountPlan(PollOptions Poll, AccountOptions Account, LinksOptions Links)
{
    /// <summary>The campaigns that a former run saved.</summary>
    public ImmutableArray<CampaignSnapshot> Saved { get; init; } = [];

    /// <summary>The knowledge of the saved state about its landing pages.</summary>
    public SavedLandingPages SavedPages { get; init; }

    public AccountPlan With(SavedAccount saved) => this with { Saved = saved.Campaigns, SavedPages = saved.LandingPages };

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
