using System.Collections.Immutable;
using Exporter.Snapshots;

namespace Exporter.Polling;

/// <summary>
/// What a former run kept of an account's campaigns. Each is handed out once, when it is first polled; what is removed, by whatever, has no
/// way back.
/// </summary>
internal sealed class SavedCampaigns(AccountPlan plan, DateTimeOffset now)
{
    private readonly Dictionary<(CampaignKind Kind, string Id), CampaignSnapshot> _byId = plan
        .Saved.DistinctBy(Key)
        .ToDictionary(Key, saved => Believed(saved, plan.Account.Automations.Names).Resumed(plan.Links.MissingGrace, now));

    private ImmutableArray<CampaignSnapshot>? _waiting;

    /// <summary>All that has neither been handed out nor forgotten, by id; the same array while that does not change.</summary>
    public ImmutableArray<CampaignSnapshot> Waiting =>
        _waiting ??= [.. _byId.Values.OrderBy(static saved => saved.Id, StringComparer.Ordinal)];

    /// <summary>Those that are young enough to be served.</summary>
    public IEnumerable<CampaignSnapshot> ToServe(TimeSpan maxAge, DateTimeOffset now) =>
        _byId.Values.Where(saved => saved.ServableData(now, maxAge) is not null);

    /// <summary>What was saved of this campaign, or <see langword="null"/>; from then on it is this run's.</summary>
    public CampaignSnapshot? Take(PolledCampaign campaign) => Remove(Key(campaign.Kind, campaign.Id));

    /// <summary>Takes in what could be read only later.</summary>
    public void Add(AccountPlan late, DateTimeOffset at)
    {
        foreach (var (key, saved) in new SavedCampaigns(late, at)._byId)
        {
            _byId.TryAdd(key, saved);
        }

        _waiting = null;
    }

    /// <summary>Another plan: what it no longer shows is not shown of these, either.</summary>
    public void Reconfigure(AccountPlan before, AccountPlan next, DateTimeOffset at)
    {
        foreach (var (key, saved) in _byId.ToList())
        {
            var links =
                saved.Data is { } data && before.Links != next.Links
                    ? data with
                    {
                        Links = data.Links.WithOptions(next.Links, before.Links.Url, at),
                    }
                    : saved.Data;
            _byId[key] = Believed(saved, next.Account.Automations.Names) with { Data = links };
        }

        _waiting = null;
    }

    /// <summary>
    /// Forgets what is not wanted. The first list of a kind says which of what was discovered is still there: the rest is not wanted from
    /// then on.
    /// </summary>
    public void KeepOnly(Func<CampaignSnapshot, bool> isWanted)
    {
        foreach (var (key, _) in _byId.Where(saved => !isWanted(saved.Value)).ToList())
        {
            Remove(key);
        }
    }

    /// <summary>The clock was set: moments that lay in the future may be past, and the other way round.</summary>
    public void ClockMoved(TimeSpan by, DateTimeOffset now)
    {
        foreach (var (key, saved) in _byId.ToList())
        {
            _byId[key] = saved.ShiftBy(by, now);
        }

        _waiting = null;
    }

    private CampaignSnapshot? Remove((CampaignKind Kind, string Id) key)
    {
        if (!_byId.Remove(key, out var saved))
        {
            return null;
        }

        _waiting = null;
        return saved;
    }

    private static (CampaignKind Kind, string Id) Key(CampaignSnapshot saved) => Key(saved.Kind, saved.Id);

    /// <summary>Ids are compared as those of lists are, whatever their case.</summary>
    private static (CampaignKind Kind, string Id) Key(CampaignKind kind, string id) => (kind, id.ToUpperInvariant());

    /// <summary>Names that only the undocumented list told go when it is no longer asked.</summary>
    private static CampaignSnapshot Believed(CampaignSnapshot saved, NameSource names) =>
        saved.Kind == CampaignKind.Automation && names == NameSource.Config ? saved with { Name = null, StepNames = [] } : saved;
}
