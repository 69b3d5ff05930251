using Exporter.SendGrid;
using Exporter.Snapshots;

namespace Exporter.Polling;

/// <summary>The reason on the metric for a trouble of the API room.</summary>
internal static class Reasons
{
    public static FailureReason Of(ApiErrorKind kind) => kind switch
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
