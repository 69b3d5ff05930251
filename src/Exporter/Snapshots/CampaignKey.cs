namespace Exporter.Snapshots;

/// <summary>Identifies a campaign within its account; its id is compared as <see cref="Ids"/> does.</summary>
internal readonly record struct CampaignKey
{
    private readonly string _id;

    public CampaignKey(CampaignKind kind, string id) => (Kind, _id) = (kind, id.ToUpperInvariant());

    public CampaignKind Kind { get; }

    public override string ToString() => _id;
}
