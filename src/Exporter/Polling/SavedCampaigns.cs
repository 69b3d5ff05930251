using System.Collections.Immutable;
using Exporter.Snapshots;

namespace Exporter.Polling;

/// <summary>
/// The campaigns of an account as a former run saved them. Each is taken once, when it is first polled; what is removed, for whatever
/// reason, has no way back. Immutable.
/// </summary>
internal sealed record SavedCampaigns
{
    private readonly ImmutableDictionary<CampaignKey, CampaignSnapshot> _byKey;

    private SavedCampaigns(ImmutableDictionary<CampaignKey, CampaignSnapshot> byKey)
    {
        _byKey = byKey;
        Waiting = [.. byKey.Values.OrderBy(static saved => saved.Id, StringComparer.Ordinal)];
    }

    /// <summary>All that was neither taken nor forgotten, by id. The same array while that does not change.</summary>
    public ImmutableArray<CampaignSnapshot> Waiting { get; }

    /// <summary>The saved campaigns as the plan in force shows them.</summary>
    public static SavedCampaigns Read(SavedAccount saved, AccountPlan plan, DateTimeOffset now) =>
        new(
            saved.Campaigns.ToImmutableDictionary(
                static campaign => campaign.Key,
                campaign => campaign.FitTo(plan, configuredSteps: [], shown: null, now).Resumed(plan.Links.MissingGrace, now)
            )
        );

    /// <summary>Returns the saved campaign; <see langword="null"/> when nothing was saved of it.</summary>
    public CampaignSnapshot? Find(CampaignKey campaign) => _byKey.GetValueOrDefault(campaign);

    /// <summary>Those whose values are young enough to be served.</summary>
    public IEnumerable<CampaignSnapshot> Servable(TimeSpan maxAge, DateTimeOffset now) =>
        Waiting.Where(saved => saved.ServableData(now, maxAge) is not null);

    /// <summary>Returns the same without these campaigns: they belong to this run now.</summary>
    public SavedCampaigns Without(IEnumerable<CampaignKey> campaigns)
    {
        var left = _byKey.RemoveRange(campaigns);
        return ReferenceEquals(left, _byKey) ? this : new SavedCampaigns(left);
    }

    /// <summary>Returns the same without the campaigns that are not wanted.</summary>
    public SavedCampaigns Keep(Func<CampaignSnapshot, bool> isWanted) =>
        Without(_byKey.Where(saved => !isWanted(saved.Value)).Select(static saved => saved.Key));

    /// <summary>Adds what could only be read later.</summary>
    public SavedCampaigns Add(SavedCampaigns late) => new(late._byKey.SetItems(_byKey));

    /// <summary>Applies another plan: what it does not show is not shown of these, either.</summary>
    public SavedCampaigns Reconfigure(AccountPlan before, AccountPlan next, DateTimeOffset now) =>
        Map(saved => saved.FitTo(next, configuredSteps: [], before.Links, now));

    /// <summary>The clock was set: moments that lay in the future may be past, and the other way round.</summary>
    public SavedCampaigns ShiftBy(TimeSpan by, DateTimeOffset now) => Map(saved => saved.ShiftBy(by, now));

    private SavedCampaigns Map(Func<CampaignSnapshot, CampaignSnapshot> change) =>
        _byKey.IsEmpty ? this : new(_byKey.ToImmutableDictionary(static saved => saved.Key, saved => change(saved.Value)));
}
