namespace Exporter.Telemetry;

/// <summary>What the API last said of one rate limit.</summary>
/// <param name="Endpoint">The path's word.</param>
/// <param name="Limit">Requests per refresh period.</param>
/// <param name="Remaining">Requests that were left.</param>
/// <param name="ResetAt">End of the period.</param>
internal sealed record RateLimitSeen(string Endpoint, long? Limit, long? Remaining, DateTimeOffset? ResetAt);
