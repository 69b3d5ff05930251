namespace Exporter.SendGrid.RateLimits;

/// <summary>The ceiling for requests to one account. Below it the API's own rate-limit headers decide.</summary>
internal sealed record RateOptions
{
    /// <summary>Requests per second, 0.1 to 1000. Default 3.</summary>
    public double RequestsPerSecond { get; init; } = 3;

    /// <summary>Page walks at the same time, 1 to 64. Default 2.</summary>
    public int Concurrency { get; init; } = 2;
}
