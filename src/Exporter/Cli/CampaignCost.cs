using ApiEndpoint = Exporter.SendGrid.ApiEndpoint;

namespace Exporter.Cli;

/// <summary>The cost of refreshing one campaign.</summary>
/// <param name="Requests">The pages of one complete attempt, by endpoint.</param>
/// <param name="Interval">How often it is refreshed.</param>
/// <param name="FollowsPollInterval">Whether that is <c>poll.interval</c>, and not an interval of its own.</param>
internal sealed record CampaignCost(IReadOnlyDictionary<ApiEndpoint, int> Requests, TimeSpan Interval, bool FollowsPollInterval);
