using Exporter.SendGrid;
using Exporter.Snapshots;

namespace Exporter.Polling;

/// <summary>The reason on the metric for a trouble of the API room.</summary>
internal static class Reasons
{
    /// <summary>The word of a failure; <see langword="null"/> after a success.</summary>
    public static string? Word(ApiError? error) => error is null ? null : FailureCounts.Word(Of(error.Kind));

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
