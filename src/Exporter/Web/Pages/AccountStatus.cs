using Exporter.Snapshots;
using Exporter.Telemetry;

namespace Exporter.Web.Pages;

/// <summary>The status of one account.</summary>
/// <param name="Account">Its name; <see langword="null"/> when accounts are not named.</param>
/// <param name="State">The worst of its key, its lists and its campaigns.</param>
/// <param name="KeyAccepted">Whether the API accepted the key in the last request that could tell.</param>
/// <param name="BudgetUtilizationRatio">Requests that a cycle needs ÷ requests that the budget gives.</param>
/// <param name="RateLimits">The limits that the API has reported, by endpoint.</param>
/// <param name="Discovery">The lists that are walked.</param>
/// <param name="Campaigns">Failing ones first.</param>
internal sealed record AccountStatus(
    string? Account,
    HealthState State,
    bool? KeyAccepted,
    double? BudgetUtilizationRatio,
    IReadOnlyList<RateLimitSeen> RateLimits,
    IReadOnlyList<DiscoveryStatus> Discovery,
    IReadOnlyList<CampaignStatus> Campaigns
)
{
    public static AccountStatus FromAccount(AccountSnapshot account, TimeSpan maxAge, StatusInputs around, DateTimeOffset now)
    {
        IReadOnlyList<DiscoveryStatus> lists =
        [
            .. account.Discovery.Select(list =>
                DiscoveryStatus.FromHealth(list.Key, list.Value, account.Namesakes.GetValueOrDefault(list.Key, []))
            ),
        ];
        IReadOnlyList<CampaignStatus> campaigns =
        [
            .. account
                .Campaigns.Select(campaign => CampaignStatus.FromCampaign(campaign, maxAge, now))
                .OrderByDescending(campaign => campaign.State)
                .ThenBy(campaign => campaign.Label, StringComparer.OrdinalIgnoreCase),
        ];
        var key = account.KeyAccepted == false ? HealthState.Failing : HealthState.Good;
        var state = StatusModel.Worst([key, .. lists.Select(list => list.State), .. campaigns.Select(campaign => campaign.State)]);
        return new(account.Name, state, account.KeyAccepted, account.BudgetUtilization, around.RateLimits(account.Name), lists, campaigns);
    }
}
