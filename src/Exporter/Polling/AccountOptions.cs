using Exporter.SendGrid;
using Exporter.Snapshots;

namespace Exporter.Polling;

/// <summary>One account and what of it is polled.</summary>
internal sealed record AccountOptions
{
    public required ApiOptions Api { get; init; }

    public AutomationsOptions Automations { get; init; } = new();

    public SingleSendsOptions SingleSends { get; init; } = new();

    /// <summary>The identity under which the saved state keeps the account.</summary>
    public AccountIdentity Identity => new(Origin ?? Api.BaseUrl.GetLeftPart(UriPartial.Authority), Api.Name ?? "", Api.OnBehalfOf ?? "");

    /// <summary>Takes the place of the address in the identity, for an account whose address is another one at each start.</summary>
    public string? Origin { get; init; }

    /// <summary>The kinds whose lists are walked.</summary>
    public IEnumerable<CampaignKind> Discovered => Enum.GetValues<CampaignKind>().Where(kind => CampaignPolicy.Of(kind).IsDiscovered(this));

    /// <summary>The campaigns that the configuration lists.</summary>
    /// <param name="interval">For those without an interval of their own.</param>
    public IEnumerable<CampaignDefinition> Configured(TimeSpan interval) =>
        Enum.GetValues<CampaignKind>().SelectMany(kind => CampaignPolicy.Of(kind).Configured(this, interval));

    /// <summary>
    /// Returns whether discovery polls, at a time, a campaign that is not configured and was found before, as far as its list need not be
    /// read anew to tell. It decides for a reload, a restart and a backfill alike.
    /// </summary>
    public Func<CampaignSnapshot, DateTimeOffset, bool> StillWanted()
    {
        var discovers = Discovered.ToDictionary(static kind => kind, kind => CampaignPolicy.Of(kind).MayDiscover(this));
        return (campaign, now) =>
            discovers.TryGetValue(campaign.Kind, out var may)
            && may(campaign.Id)
            && CampaignPolicy.Of(campaign.Kind).IsRecent(campaign.SentAt, this, now);
    }

    /// <summary>Whether a walk of the list would lead to the same under other options.</summary>
    public bool FindsTheSame(CampaignKind kind, AccountOptions other) =>
        Api.BaseUrl == other.Api.BaseUrl && CampaignPolicy.Of(kind).FindsTheSame(this, other);
}
