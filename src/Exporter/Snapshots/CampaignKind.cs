namespace Exporter.Snapshots;

/// <summary>The two kinds of campaigns whose clicks SendGrid counts.</summary>
internal enum CampaignKind
{
    /// <summary>A series of emails that people receive one after the other.</summary>
    Automation,

    /// <summary>One email to many, perhaps tried in variations first.</summary>
    SingleSend,
}
