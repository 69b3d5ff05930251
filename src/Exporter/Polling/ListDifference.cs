using Exporter.Snapshots;

namespace Exporter.Polling;

/// <summary>Where a list of an account, and what is polled of its kind, differ.</summary>
/// <param name="New">To add, ordered by id: the API's order is not stable.</param>
/// <param name="Gone">Discovered campaigns that the list no longer names.</param>
/// <param name="Back">Campaigns that were gone and are named again.</param>
internal sealed record ListDifference(
    IReadOnlyList<ListedCampaign> New,
    IReadOnlyList<CampaignState> Gone,
    IReadOnlyList<CampaignState> Back
)
{
    /// <summary>The campaigns of a list that discovery polls.</summary>
    public static IReadOnlyList<ListedCampaign> FindWanted(
        CampaignKind kind,
        IEnumerable<ListedCampaign> list,
        AccountOptions account,
        DateTimeOffset now
    )
    {
        var policy = CampaignPolicy.Of(kind);
        var mayDiscover = policy.MayDiscover(account);
        return [.. list.Where(listed => policy.IsWanted(listed, account, now) && mayDiscover(listed.Id))];
    }

    /// <summary>The campaigns of a list that are polled and not known yet.</summary>
    /// <param name="kind">What the list lists.</param>
    /// <param name="list">Its rows.</param>
    /// <param name="known">What is polled already.</param>
    /// <param name="account">What discovery looks for.</param>
    /// <param name="interval">For the new ones.</param>
    /// <param name="now">Only Single Sends sent lately are polled.</param>
    public static IEnumerable<CampaignDefinition> FindNew(
        CampaignKind kind,
        IEnumerable<ListedCampaign> list,
        IEnumerable<CampaignDefinition> known,
        AccountOptions account,
        TimeSpan interval,
        DateTimeOffset now
    ) =>
        NewIn(
                ById(FindWanted(kind, list, account, now)),
                known.Where(definition => definition.Kind == kind).Select(static definition => definition.Id)
            )
            .Select(found => CampaignDefinition.Discovered(kind, found.Id, interval));

    /// <summary>Compares a list with what is polled of its kind.</summary>
    public static ListDifference Compare(IEnumerable<ListedCampaign> wanted, IReadOnlyCollection<CampaignState> polled)
    {
        var named = ById(wanted);
        return new ListDifference(
            NewIn(named, polled.Select(static campaign => campaign.Id)),
            [
                .. polled.Where(campaign =>
                    campaign is { IsDelisted: false, Definition.IsConfigured: false } && !named.ContainsKey(campaign.Id)
                ),
            ],
            [.. polled.Where(campaign => campaign.IsDelisted && named.ContainsKey(campaign.Id))]
        );
    }

    private static Dictionary<string, ListedCampaign> ById(IEnumerable<ListedCampaign> listed) =>
        listed.DistinctBy(static campaign => campaign.Id, Ids.Comparer).ToDictionary(static campaign => campaign.Id, Ids.Comparer);

    private static IReadOnlyList<ListedCampaign> NewIn(Dictionary<string, ListedCampaign> named, IEnumerable<string> known)
    {
        var ids = known.ToHashSet(Ids.Comparer);
        return
        [
            .. named.Values.Where(campaign => !ids.Contains(campaign.Id)).OrderBy(static campaign => campaign.Id, StringComparer.Ordinal),
        ];
    }
}
