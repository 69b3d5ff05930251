using System.Globalization;
using System.Net.Http.Headers;

namespace Exporter.SendGrid;

/// <summary>What a response says about the rate limit of its endpoint, on our own clock.</summary>
/// <param name="Limit">Requests per refresh period (<c>X-RateLimit-Limit</c>).</param>
/// <param name="Remaining">Requests left in this period (<c>X-RateLimit-Remaining</c>).</param>
/// <param name="ResetAt">When the period ends (<c>X-RateLimit-Reset</c>).</param>
/// <param name="Period">The reset as the API wrote it, in epoch seconds: two answers with the same one speak of the same period.</param>
/// <param name="RetryAt">When the API wants to be asked again (<c>Retry-After</c>; not documented by SendGrid, honoured when there).</param>
internal readonly record struct RateLimitHeaders(long? Limit, long? Remaining, DateTimeOffset? ResetAt, long? Period, DateTimeOffset? RetryAt)
{
    /// <summary>No named wait is shorter: a reset in the past would otherwise let us hammer.</summary>
    public static readonly TimeSpan Floor = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait believed when the response's <c>Date</c> lets us measure how far our clocks differ.</summary>
    public static readonly TimeSpan Cap = TimeSpan.FromHours(1);

    /// <summary>The longest wait believed without a <c>Date</c>: the reset may be an hour ahead only because our clock is an hour behind.</summary>
    public static readonly TimeSpan CapWithoutDate = TimeSpan.FromMinutes(5);

    /// <summary>Reads the headers; names are compared without case (<c>X-Ratelimit-*</c> is what is seen on the wire).</summary>
    /// <remarks>
    /// <c>X-RateLimit-Reset</c> is Unix epoch seconds of the server's clock (SendGrid's rate-limits page), so the wait is Reset - Date:
    /// how far our own clock is off does not matter.
    /// </remarks>
    public static RateLimitHeaders Read(HttpResponseHeaders headers, DateTimeOffset now)
    {
        var serverNow = headers.Date ?? now;
        var cap = headers.Date is null ? CapWithoutDate : Cap;
        var reset = Number(headers, "X-RateLimit-Reset") is { } seconds and <= MaxUnixSeconds ? seconds : (long?)null;
        return new RateLimitHeaders(
            Number(headers, "X-RateLimit-Limit"),
            Number(headers, "X-RateLimit-Remaining"),
            reset is { } epoch ? now + Clamp(DateTimeOffset.FromUnixTimeSeconds(epoch) - serverNow, cap) : null,
            reset,
            RetryAfter(headers.RetryAfter, serverNow) is { } wait ? now + Clamp(wait, cap) : null);
    }

    private const long MaxUnixSeconds = 253_402_300_799;

    private static TimeSpan? RetryAfter(RetryConditionHeaderValue? header, DateTimeOffset serverNow) => header switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - serverNow,
        _ => null,
    };

    private static TimeSpan Clamp(TimeSpan wait, TimeSpan cap) => wait < Floor ? Floor : wait > cap ? cap : wait;

    private static long? Number(HttpResponseHeaders headers, string name) =>
        headers.TryGetValues(name, out var values)
        && long.TryParse(values.First(), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;
}
