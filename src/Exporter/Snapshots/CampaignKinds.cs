namespace Exporter.Snapshots;

/// <summary>The names of the kinds of campaigns.</summary>
internal static class CampaignKinds
{
    /// <summary>In a sentence.</summary>
    public static string Noun(this CampaignKind kind) => kind == CampaignKind.Automation ? "automation" : "Single Send";

    /// <summary>In JSON.</summary>
    public static string Label(this CampaignKind kind) => kind == CampaignKind.Automation ? "automation" : "single_send";

    /// <summary>The value of the label <c>kind</c>, for the list of them.</summary>
    public static string ListLabel(this CampaignKind kind) => kind == CampaignKind.Automation ? "automations" : "single_sends";
}
