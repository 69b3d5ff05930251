using Exporter.Snapshots;

namespace Exporter.Polling;

/// <summary>What the history kept of an account's campaigns at the start.</summary>
internal sealed class SavedCampaigns(AccountPlan plan, DateTimeOffset now)
{
    private readonly Dictionary<(CampaignKind Kind, string Id), CampaignSnapshot> _byId = plan.Saved
        .DistinctBy(Key)
        .ToDictionary(Key, saved => Believed(saved, plan.Account.Automations.Names).NotAfter(now));

    /// <summary>What was saved of this campaign, or <see langword="null"/>.</summary>
    public CampaignSnapshot? this[PolledCampaign campaign] => _byId.GetValueOrDefault(Key(campaign.Kind, campaign.Id));

    /// <summary>Those that are young enough to be served.</summary>
    public IEnumerable<CampaignSnapshot> ToServe(TimeSpan maxAge, DateTimeOffset now) => _byId.Values.Where(saved => saved.Serve(now, maxAge) is not null);

    private static (CampaignKind Kind, string Id) Key(CampaignSnapshot saved) => Key(saved.Kind, saved.Id);

    /// <summary>Ids are compared as those of lists are, whatever their case.</summary>
    private static (CampaignKind Kind, string Id) Key(CampaignKind kind, string id) => (kind, id.ToUpperInvariant());

    /// <summary>Names that only the undocumented list told go when it is no longer asked.</summary>
    private static CampaignSnapshot Believed(CampaignSnapshot saved, NameSource names) =>
        saved.Kind == CampaignKind.Automation && names == NameSource.Config ? saved with { Name = null, StepNames = [] } : saved;
}
