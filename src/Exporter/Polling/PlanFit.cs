using System.Collections.Immutable;
using Exporter.Snapshots;

namespace Exporter.Polling;

/// <summary>
/// Decides what a plan shows of a campaign. It is the same for what this run has found and for what a former one saved, so a restart turns
/// off what a reload turns off.
/// </summary>
internal static class PlanFit
{
    /// <param name="campaign">The campaign, as another plan showed it.</param>
    /// <param name="plan">The plan in force.</param>
    /// <param name="configuredSteps">The names of steps in that plan; none for a campaign that is not polled yet.</param>
    /// <param name="shown">What was shown of the links before; <see langword="null"/> when that is not known.</param>
    /// <param name="now">The start of a shorter grace for vanished links.</param>
    public static CampaignSnapshot FitTo(
        this CampaignSnapshot campaign,
        AccountPlan plan,
        ImmutableArray<(string StepId, string Name)> configuredSteps,
        LinksOptions? shown,
        DateTimeOffset now
    )
    {
        var policy = CampaignPolicy.Of(campaign.Kind);
        var isTold = policy.HasListedNames(plan.Account);
        return campaign.WithSteps(configuredSteps, isTold ? campaign.ToldSteps : []) with
        {
            Name = isTold ? campaign.Name : null,
            Status = isTold ? campaign.Status : null,
            Data = campaign.Data is { } data
                ? data with
                {
                    Links = plan.Links == shown ? data.Links : data.Links.WithOptions(plan.Links, now),
                    Statistics = policy.HasStatistics(plan.Account) ? data.Statistics : [],
                }
                : null,
        };
    }
}
