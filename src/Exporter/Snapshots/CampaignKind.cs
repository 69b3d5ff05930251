namespace Exporter.Snapshots;

/// <summary>A kind of campaign whose clicks SendGrid counts.</summary>
internal enum CampaignKind
{
    /// <summary>A series of emails that each recipient receives one after the other.</summary>
    Automation,

    /// <summary>One email to many recipients, possibly tried in variations first.</summary>
    SingleSend,
}
