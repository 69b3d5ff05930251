namespace Exporter.SendGrid;

/// <summary>The word of each kind of trouble, value of the label <c>reason</c> (contract, section 4).</summary>
internal static class ErrorWords
{
    public static string Of(ApiErrorKind kind) => kind switch
    {
        ApiErrorKind.Unauthorized => "unauthorized",
        ApiErrorKind.Forbidden => "forbidden",
        ApiErrorKind.NotFound => "not_found",
        ApiErrorKind.RateLimited => "rate_limited",
        ApiErrorKind.Unavailable => "unavailable",
        ApiErrorKind.Timeout => "timeout",
        ApiErrorKind.Incomplete => "incomplete",
        ApiErrorKind.Canceled => "canceled",
        _ => "invalid_response",
    };
}
