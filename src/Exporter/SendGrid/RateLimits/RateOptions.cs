namespace Exporter.SendGrid.RateLimits;

/// <summary>The ceiling for requests to one account. Below it the API's own rate-limit headers decide.</summary>
internal sealed record RateOptions
{
    /// <summary>
    /// Requests per second, 0.1 to 1000. Default 3: 300 campaigns with two requests each in an interval of 5 minutes take two thirds of it.
    /// </summary>
    public double RequestsPerSecond { get; init; } = 3;

    /// <summary>
    /// The most requests in flight, 1 to 64; as many campaigns of each kind are polled at the same time. Default 2: one slow walk then does
    /// not hold up the others.
    /// </summary>
    public int Concurrency { get; init; } = 2;
}
