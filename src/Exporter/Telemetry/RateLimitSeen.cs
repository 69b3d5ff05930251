namespace Exporter.Telemetry;

/// <summary>The state of one rate limit as the API last reported it.</summary>
/// <param name="Endpoint">The endpoint's label.</param>
/// <param name="Limit">Requests per refresh period.</param>
/// <param name="Remaining">Requests that were left in it.</param>
/// <param name="ResetAt">The end of the period.</param>
internal sealed record RateLimitSeen(string Endpoint, long? Limit, long? Remaining, DateTimeOffset? ResetAt);
