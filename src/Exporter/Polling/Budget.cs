using Exporter.SendGrid;

namespace Exporter.Polling;

/// <summary>What polling costs against what the configured rate allows.</summary>
internal static class Budget
{
    /// <summary>Requests that a cycle needs ÷ requests that the budget gives in an interval; above 1 the interval cannot be kept.</summary>
    /// <returns><see langword="null"/> before anything was polled completely.</returns>
    public static double? Utilization(IReadOnlyCollection<PolledAutomation> automations, RateOptions rate)
    {
        var polled = automations.Where(automation => automation is { Pages: > 0, DelistedAt: null }).ToList();
        return polled.Count == 0 ? null : polled.Sum(automation => automation.Pages / automation.Interval.TotalSeconds) / rate.RequestsPerSecond;
    }
}
