using Exporter.SendGrid;

namespace Exporter.Polling;

/// <summary>What refreshing one campaign costs.</summary>
/// <param name="Requests">Pages of one complete attempt.</param>
/// <param name="Interval">How often it is refreshed.</param>
/// <param name="FollowsPollInterval">Whether that is <c>poll.interval</c>, and not an interval of its own.</param>
internal readonly record struct CampaignCost(int Requests, TimeSpan Interval, bool FollowsPollInterval);

/// <summary>What a configuration costs one account, against its budget.</summary>
/// <param name="Campaigns">What is polled.</param>
/// <param name="DiscoveryRequests">Pages of the lists together.</param>
/// <param name="DiscoveryInterval">How often the lists are walked.</param>
/// <param name="Rate">The budget.</param>
internal sealed record CostPlan(IReadOnlyList<CampaignCost> Campaigns, int DiscoveryRequests, TimeSpan DiscoveryInterval, RateOptions Rate)
{
    /// <summary>Requests when everything is refreshed once.</summary>
    public int PerCycle => Campaigns.Sum(campaign => campaign.Requests);

    public double PerHour => 3600 * (Campaigns.Sum(PerSecond) + (DiscoveryRequests / DiscoveryInterval.TotalSeconds));

    public double BudgetPerHour => 3600 * Rate.RequestsPerSecond;

    public bool Fits => PerHour <= BudgetPerHour;

    /// <summary>The shortest <c>poll.interval</c> that the budget allows, in whole seconds; <see langword="null"/> when what has intervals of its own already needs it all.</summary>
    public TimeSpan? ShortestInterval
    {
        get
        {
            var fixedCost = Campaigns.Where(campaign => !campaign.FollowsPollInterval).Sum(PerSecond) + (DiscoveryRequests / DiscoveryInterval.TotalSeconds);
            var left = Rate.RequestsPerSecond - fixedCost;
            var requests = Campaigns.Where(campaign => campaign.FollowsPollInterval).Sum(campaign => campaign.Requests);
            return left <= 0 ? null : TimeSpan.FromSeconds(Math.Max(1, Math.Ceiling(requests / left)));
        }
    }

    private static double PerSecond(CampaignCost campaign) => campaign.Requests / campaign.Interval.TotalSeconds;
}
