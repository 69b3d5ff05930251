using Exporter.SendGrid.RateLimits;

namespace Exporter.Polling;

/// <summary>What polling costs against what the configured rate allows.</summary>
internal static class Budget
{
    /// <summary>Requests that a cycle needs ÷ requests that the budget gives in an interval; above 1 the interval cannot be kept.</summary>
    /// <returns><see langword="null"/> before anything was polled completely.</returns>
    public static double? Utilization(IReadOnlyCollection<PolledCampaign> campaigns, RateOptions rate)
    {
        var polled = campaigns.Where(campaign => campaign is { Pages: > 0, DelistedAt: null }).ToList();
        return polled.Count == 0 ? null : polled.Sum(campaign => campaign.Pages / campaign.Interval.TotalSeconds) / rate.RequestsPerSecond;
    }
}
