namespace Exporter.Snapshots;

/// <summary>Why an attempt failed; the values of the label <c>reason</c> (METRICS.md).</summary>
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
