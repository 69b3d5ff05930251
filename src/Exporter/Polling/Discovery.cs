using Exporter.SendGrid;
using Exporter.Snapshots;

namespace Exporter.Polling;

/// <summary>What a new list means for the campaigns that are polled.</summary>
/// <param name="New">To add, ordered by id: the API's order is not stable.</param>
/// <param name="Gone">Discovered campaigns that the list no longer names.</param>
/// <param name="Back">Campaigns that were gone and are named again.</param>
internal sealed record Discovery(IReadOnlyList<ListedCampaign> New, IReadOnlyList<CampaignState> Gone, IReadOnlyList<CampaignState> Back)
{
    /// <summary>A smaller difference of the clocks is the way of the answer and the whole seconds of <c>Date</c>.</summary>
    private static readonly TimeSpan LeastDifference = TimeSpan.FromMinutes(1);

    /// <summary>Walks the list of all campaigns of one kind.</summary>
    /// <remarks>
    /// The server's clock says when something was sent, and the machine's clock decides here whether that is recent. The difference of the
    /// two is taken off: a clock that is set wrongly must not end the polling of Single Sends.
    /// </remarks>
    public static async Task<ApiResult<CampaignList>> ListAsync(SendGridClient client, CampaignKind kind, PollContext context)
    {
        var walk = await CampaignPolicy.Of(kind).ListAsync(client, context);
        var ahead = context.ServerAhead is { } difference && difference.Duration() > LeastDifference ? difference : TimeSpan.Zero;
        return walk.Then(found =>
        {
            IReadOnlyList<ListedCampaign> rows =
            [
                .. found
                    .Rows.Where(static row => row.Id is not null)
                    .Select(ListedCampaign.FromRow)
                    .Select(row => row with { SentAt = row.SentAt - ahead }),
            ];
            return new CampaignList(rows, found.Rows.Count - rows.Count, found.Rows.Count(static row => !row.HasId));
        });
    }

    /// <summary>The campaigns of a list that discovery polls.</summary>
    /// <remarks>
    /// An id that is also the configured name of another campaign would become its label: one series would hold the numbers of both.
    /// </remarks>
    public static IReadOnlyList<ListedCampaign> FindWanted(
        CampaignKind kind,
        IEnumerable<ListedCampaign> list,
        AccountOptions account,
        DateTimeOffset now
    )
    {
        var names = ConfiguredNames(kind, account);
        return [.. list.Where(listed => CampaignPolicy.Of(kind).IsWanted(listed, account, now) && !names.Contains(listed.Id))];
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
        Compare(
            FindWanted(kind, list, account, now),
            [
                .. known
                    .Where(definition => definition.Kind == kind)
                    .Select(static definition => CampaignState.Create(definition, 0, default)),
            ],
            CampaignPolicy.Of(kind).Excluded(account)
        )
            .New.Select(found => CampaignDefinition.Discovered(kind, found.Id, interval));

    /// <summary>Compares a list with what is polled of its kind.</summary>
    public static Discovery Compare(
        IEnumerable<ListedCampaign> listed,
        IReadOnlyCollection<CampaignState> polled,
        IReadOnlyList<string> exclude
    )
    {
        var known = polled.Select(static campaign => campaign.Id).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var excluded = exclude.ToHashSet(StringComparer.OrdinalIgnoreCase);
        var named = listed
            .Where(campaign => !excluded.Contains(campaign.Id))
            .DistinctBy(static campaign => campaign.Id, StringComparer.OrdinalIgnoreCase)
            .ToDictionary(static campaign => campaign.Id, StringComparer.OrdinalIgnoreCase);
        return new Discovery(
            [
                .. named
                    .Values.Where(campaign => !known.Contains(campaign.Id))
                    .OrderBy(static campaign => campaign.Id, StringComparer.Ordinal),
            ],
            [
                .. polled.Where(campaign =>
                    campaign is { IsDelisted: false, Definition.IsConfigured: false } && !named.ContainsKey(campaign.Id)
                ),
            ],
            [.. polled.Where(campaign => campaign.IsDelisted && named.ContainsKey(campaign.Id))]
        );
    }

    /// <summary>The names that the configuration gives campaigns of a kind.</summary>
    public static IReadOnlySet<string> ConfiguredNames(CampaignKind kind, AccountOptions account) =>
        CampaignPolicy
            .Of(kind)
            .Configured(account, default)
            .Select(static definition => definition.ConfiguredName)
            .OfType<string>()
            .ToHashSet(StringComparer.Ordinal);

    /// <summary>
    /// When to retry a failed walk of a list: as soon as a poll would be due, for without a list there may be nothing to poll.
    /// </summary>
    public static DateTimeOffset Retry(DateTimeOffset now, PollOptions options, DateTimeOffset? named)
    {
        var due = now + (options.Interval < options.DiscoveryInterval ? options.Interval : options.DiscoveryInterval);
        return named is { } wait && wait > due ? wait : due;
    }
}
