using Exporter.Snapshots;

namespace Exporter.Polling;

/// <summary>Identifies a campaign within its account. Ids differ only when they differ in more than upper and lower case.</summary>
internal readonly record struct CampaignKey
{
    private readonly string _id;

    public CampaignKey(CampaignKind kind, string id) => (Kind, _id) = (kind, id.ToUpperInvariant());

    public CampaignKind Kind { get; }

    public override string ToString() => _id;
}
