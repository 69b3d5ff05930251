using Exporter.Snapshots;

namespace Exporter.Exposition.Families;

/// <summary>The parts of a snapshot as they look at a moment.</summary>
internal sealed record PageSubjects(
    IReadOnlyList<AccountSubject> Accounts,
    IReadOnlyList<CampaignSubject> Automations,
    IReadOnlyList<CampaignSubject> SingleSends
)
{
    public static PageSubjects FromSnapshot(Snapshot snapshot, DateTimeOffset now) =>
        new(
            [.. snapshot.Accounts.Select(static account => new AccountSubject(account))],
            Campaigns(CampaignKind.Automation, snapshot, now),
            Campaigns(CampaignKind.SingleSend, snapshot, now)
        );

    /// <summary>Returns the moment from which the same snapshot looks different.</summary>
    public DateTimeOffset ValidUntil(TimeSpan maxAge) =>
        Automations.Concat(SingleSends).Select(subject => subject.ValidUntil(maxAge)).DefaultIfEmpty(DateTimeOffset.MaxValue).Min();

    private static CampaignSubject[] Campaigns(CampaignKind kind, Snapshot snapshot, DateTimeOffset now) =>
        [
            .. snapshot.Accounts.SelectMany(
                account => account.Campaigns.Where(campaign => campaign.Kind == kind),
                (account, campaign) => CampaignSubject.AsOf(now, snapshot.MaxAge, account.Name, campaign)
            ),
        ];
}
