using Exporter.SendGrid;
using Exporter.Snapshots;
using ApiEndpoint = Exporter.SendGrid.ApiEndpoint;

namespace Exporter.Polling;

/// <summary>What a new list means for those that are polled.</summary>
/// <param name="New">To add, by id: the API's order is not stable.</param>
/// <param name="Gone">Discovered ones that the list no longer names.</param>
/// <param name="Back">Those that were gone and are named again.</param>
internal sealed record Discovery(IReadOnlyList<ListedCampaign> New, IReadOnlyList<PolledCampaign> Gone, IReadOnlyList<PolledCampaign> Back)
{
    /// <summary>Less is the way of the answer, and that <c>Date</c> has whole seconds.</summary>
    private static readonly TimeSpan LeastDifference = TimeSpan.FromMinutes(1);

    /// <summary>Walks the list of everything of one kind that the account has.</summary>
    /// <remarks>
    /// When something was sent is told by the server's clock, and here by the machine's: else one that is set wrongly would end the polling
    /// of Single Sends.
    /// </remarks>
    public static async Task<ApiResult<CampaignList>> ListAsync(SendGridClient client, CampaignKind kind, PollContext attempt)
    {
        var walk =
            kind == CampaignKind.Automation ? await client.ListAutomationsAsync(attempt) : await client.ListSingleSendsAsync(attempt);
        var ahead = attempt.ServerAhead is { } difference && difference.Duration() > LeastDifference ? difference : TimeSpan.Zero;
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

    /// <summary>What the walk of that list asks.</summary>
    public static ApiEndpoint EndpointOf(CampaignKind kind) =>
        kind == CampaignKind.Automation ? ApiEndpoint.AutomationList : ApiEndpoint.SingleSendList;

    /// <summary>Compares a list with what is polled of its kind.</summary>
    public static Discovery Compare(
        IEnumerable<ListedCampaign> listed,
        IReadOnlyCollection<PolledCampaign> polled,
        IReadOnlyList<string> exclude
    )
    {
        var known = polled.Select(campaign => campaign.Id).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var named = listed
            .Where(campaign => !exclude.Contains(campaign.Id, StringComparer.OrdinalIgnoreCase))
            .DistinctBy(campaign => campaign.Id, StringComparer.OrdinalIgnoreCase)
            .ToDictionary(campaign => campaign.Id, StringComparer.OrdinalIgnoreCase);
        return new Discovery(
            [.. named.Values.Where(campaign => !known.Contains(campaign.Id)).OrderBy(campaign => campaign.Id, StringComparer.Ordinal)],
            [
                .. polled.Where(campaign =>
                    campaign is { DelistedAt: null, Identity.IsConfigured: false } && !named.ContainsKey(campaign.Id)
                ),
            ],
            [.. polled.Where(campaign => campaign.DelistedAt is not null && named.ContainsKey(campaign.Id))]
        );
    }

    /// <summary>
    /// When a failed discovery is tried again: as soon as a poll would be, for without a list there may be nothing to poll.
    /// </summary>
    public static DateTimeOffset Retry(DateTimeOffset now, PollOptions options, DateTimeOffset? named)
    {
        var due = now + (options.Interval < options.DiscoveryInterval ? options.Interval : options.DiscoveryInterval);
        return named is { } wait && wait > due ? wait : due;
    }

    /// <summary>The word of the label <c>kind</c>.</summary>
    public static string Word(CampaignKind kind) => kind == CampaignKind.Automation ? "automations" : "single_sends";
}
