using ApiEndpoint = Exporter.SendGrid.ApiEndpoint;

namespace Exporter.Cli;

/// <summary>The cost of refreshing one campaign.</summary>
/// <param name="Requests">The pages of one complete attempt, by endpoint.</param>
/// <param name="Interval">How often it is refreshed.</param>
/// <param name="PollIntervals">
/// The same as a multiple of <c>poll.interval</c>: 1, and more for a Single Send that is still; <see langword="null"/> for an interval of
/// its own.
/// </param>
internal sealed record CampaignCost(IReadOnlyDictionary<ApiEndpoint, int> Requests, TimeSpan Interval, double? PollIntervals);
