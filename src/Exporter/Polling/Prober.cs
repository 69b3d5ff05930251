using Exporter.Snapshots;

namespace Exporter.Polling;

/// <summary>A campaign, or a list of campaigns of a kind, that can ask whether the account is still refused.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Campaign">The campaign; <see langword="null"/> for the list.</param>
internal readonly record struct Prober(CampaignKind Kind, CampaignKey? Campaign)
{
    public static Prober Of(CampaignState campaign) => new(campaign.Kind, campaign.Key);

    public static Prober List(CampaignKind kind) => new(kind, Campaign: null);
}
