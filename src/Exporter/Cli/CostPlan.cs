using Exporter.SendGrid.RateLimits;
using ApiEndpoint = Exporter.SendGrid.ApiEndpoint;

namespace Exporter.Cli;

/// <summary>The cost of a configuration for one account, against its budget and against SendGrid's own limits.</summary>
/// <param name="Campaigns">The campaigns that are polled.</param>
/// <param name="Lists">The pages of the lists, by endpoint.</param>
/// <param name="DiscoveryInterval">How often the lists are walked.</param>
/// <param name="Rate">The budget.</param>
/// <param name="Limits">The limits that the API has reported.</param>
internal sealed record CostPlan(
    IReadOnlyList<CampaignCost> Campaigns,
    IReadOnlyDictionary<ApiEndpoint, int> Lists,
    TimeSpan DiscoveryInterval,
    RateOptions Rate,
    IReadOnlyDictionary<ApiEndpoint, ObservedRateLimit> Limits
)
{
    /// <summary>The number of requests that refresh every campaign once.</summary>
    public int PerCycle => Campaigns.Sum(campaign => campaign.Requests.Values.Sum());

    public double PerHour => 3600 * PerSecond(static requests => requests.Values.Sum());

    public double BudgetPerHour => 3600 * Rate.RequestsPerSecond;

    public bool FitsBudget => PerHour <= BudgetPerHour;

    /// <summary>
    /// The endpoint whose limit is used most, and the share that is used, at least that much when the limit's period is unknown;
    /// <see langword="null"/> when no limit was seen.
    /// </summary>
    public (ApiEndpoint Endpoint, ObservedRateLimit Limit, double Used)? Tightest =>
        Limits
            .Select(limit => (limit.Key, limit.Value, Used: PerSecond(Of(limit.Key)) / limit.Value.MostPerSecond))
            .OrderByDescending(limit => limit.Used)
            .Cast<(ApiEndpoint, ObservedRateLimit, double)?>()
            .FirstOrDefault();

    /// <summary>Whether the cost is within the budget and within all known limits.</summary>
    public bool Fits => FitsBudget && Tightest is not { Used: > 1 };

    /// <summary>
    /// The endpoints whose limit has an unknown period and would be exceeded if that were the usual one, with the share that would be used.
    /// </summary>
    public IEnumerable<(ApiEndpoint Endpoint, double Used)> Doubtful =>
        Limits
            .Where(limit => limit.Value.Period is null)
            .Select(limit =>
                (limit.Key, Used: PerSecond(Of(limit.Key)) * ObservedRateLimit.UsualPeriod.TotalSeconds / limit.Value.Requests)
            )
            .Where(limit => limit.Used > 1)
            .OrderBy(limit => limit.Key.Label, StringComparer.Ordinal);

    /// <summary>
    /// The shortest <c>poll.interval</c> that the budget and the limits allow, in whole seconds; <see langword="null"/> when the campaigns
    /// with intervals of their own already use all of it.
    /// </summary>
    public TimeSpan? ShortestInterval =>
        Limits
            .Select(limit => Shortest(limit.Value.MostPerSecond, Of(limit.Key)))
            .Append(Shortest(Rate.RequestsPerSecond, static requests => requests.Values.Sum()))
            .Aggregate(Longer);

    /// <summary>Returns the longer of two intervals. <see langword="null"/> is longer than any: no interval is long enough.</summary>
    private static TimeSpan? Longer(TimeSpan? a, TimeSpan? b)
    {
        if (a is null || b is null)
        {
            return null;
        }

        return a > b ? a : b;
    }

    private static Func<IReadOnlyDictionary<ApiEndpoint, int>, int> Of(ApiEndpoint endpoint) =>
        requests => requests.GetValueOrDefault(endpoint);

    private double PerSecond(Func<IReadOnlyDictionary<ApiEndpoint, int>, int> count) =>
        Campaigns.Sum(campaign => count(campaign.Requests) / campaign.Interval.TotalSeconds)
        + (count(Lists) / DiscoveryInterval.TotalSeconds);

    private TimeSpan? Shortest(double allowed, Func<IReadOnlyDictionary<ApiEndpoint, int>, int> count)
    {
        // A Single Send that is stretched up to a fixed limit is counted as if that became shorter, too: rather too much than too little.
        var requests = Campaigns.Sum(campaign => campaign.PollIntervals is { } intervals ? count(campaign.Requests) / intervals : 0);
        var left = allowed - (this with { Campaigns = [.. Campaigns.Where(campaign => campaign.PollIntervals is null)] }).PerSecond(count);
        var seconds = left > 0 ? Math.Max(1, Math.Ceiling(requests / left)) : double.PositiveInfinity;

        // An interval above a year means that only a rounding error is left of the budget.
        return seconds <= TimeSpan.FromDays(365).TotalSeconds ? TimeSpan.FromSeconds(seconds) : null;
    }
}
