using Exporter.Snapshots;

namespace Exporter.SendGrid;

/// <summary>Maps each kind of failure to its reason (METRICS.md).</summary>
internal static class ErrorWords
{
    /// <summary>Returns the value of the label <c>reason</c>.</summary>
    public static string Of(ApiErrorKind kind) => FailureCounts.LabelOf(ReasonOf(kind));

    public static FailureReason ReasonOf(ApiErrorKind kind) =>
        kind switch
        {
            ApiErrorKind.Unauthorized => FailureReason.Unauthorized,
            ApiErrorKind.Forbidden => FailureReason.Forbidden,
            ApiErrorKind.NotFound => FailureReason.NotFound,
            ApiErrorKind.RateLimited => FailureReason.RateLimited,
            ApiErrorKind.Unavailable => FailureReason.Unavailable,
            ApiErrorKind.Timeout => FailureReason.Timeout,
            ApiErrorKind.Incomplete => FailureReason.Incomplete,
            ApiErrorKind.Canceled => FailureReason.Canceled,
            _ => FailureReason.InvalidResponse,
        };
}
