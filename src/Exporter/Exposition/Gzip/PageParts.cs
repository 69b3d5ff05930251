using Exporter.Exposition.Families;
using Exporter.Snapshots;

namespace Exporter.Exposition.Gzip;

/// <summary>The parts of a snapshot as they look at a moment.</summary>
internal sealed record PageParts(
    IReadOnlyList<AccountPart> Accounts,
    IReadOnlyList<CampaignPart> Automations,
    IReadOnlyList<CampaignPart> SingleSends
)
{
    public static PageParts FromSnapshot(Snapshot snapshot, DateTimeOffset now) =>
        new(
            [.. snapshot.Accounts.Select(static account => new AccountPart(account))],
            Campaigns(CampaignKind.Automation, snapshot, now),
            Campaigns(CampaignKind.SingleSend, snapshot, now)
        );

    /// <summary>Returns the moment from which the same snapshot looks different.</summary>
    public DateTimeOffset ValidUntil(TimeSpan maxAge) =>
        Automations.Concat(SingleSends).Select(view => view.ValidUntil(maxAge)).DefaultIfEmpty(DateTimeOffset.MaxValue).Min();

    private static CampaignPart[] Campaigns(CampaignKind kind, Snapshot snapshot, DateTimeOffset now) =>
        [
            .. snapshot.Accounts.SelectMany(
                account => account.Campaigns.Where(campaign => campaign.Kind == kind),
                (account, campaign) => CampaignPart.AsOf(now, snapshot.MaxAge, account.Name, campaign)
            ),
        ];
}
