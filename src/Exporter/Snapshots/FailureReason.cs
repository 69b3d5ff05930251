namespace Exporter.Snapshots;

/// <summary>The reason why an attempt failed: the values of the label <c>reason</c> (METRICS.md).</summary>
internal enum FailureReason
{
    Unauthorized,
    Forbidden,
    NotFound,
    RateLimited,
    Unavailable,
    Timeout,
    InvalidResponse,
    Incomplete,
    Canceled,
}
