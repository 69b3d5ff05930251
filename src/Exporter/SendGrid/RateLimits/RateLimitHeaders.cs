using System.Globalization;
using System.Net.Http.Headers;

namespace Exporter.SendGrid.RateLimits;

/// <summary>What a response says about the rate limit of its endpoint, on our own clock.</summary>
/// <param name="Limit">Requests per refresh period (<c>X-RateLimit-Limit</c>).</param>
/// <param name="Remaining">Requests left in this period (<c>X-RateLimit-Remaining</c>).</param>
/// <param name="ResetAt">When the period ends (<c>X-RateLimit-Reset</c>).</param>
/// <param name="ResetEpochSeconds">The reset as the API wrote it, in epoch seconds: two answers with the same one speak of the same period.</param>
/// <param name="RetryAt">
/// When the API wants to be asked again (<c>Retry-After</c>; not documented by SendGrid, honoured when there).
/// </param>
internal readonly record struct RateLimitHeaders(
    long? Limit,
    long? Remaining,
    DateTimeOffset? ResetAt,
    long? ResetEpochSeconds,
    DateTimeOffset? RetryAt
)
{
    /// <summary>No named wait is shorter: a reset in the past would otherwise let us hammer.</summary>
    public static readonly TimeSpan Floor = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait believed when the response's <c>Date</c> lets us measure how far our clocks differ.</summary>
    public static readonly TimeSpan Cap = TimeSpan.FromHours(1);

    /// <summary>The longest <c>Retry-After</c> in seconds that is believed.</summary>
    public static readonly TimeSpan CapOfSeconds = TimeSpan.FromDays(1);

    /// <summary>
    /// The longest wait believed without a <c>Date</c>: the reset may be an hour ahead only because our clock is an hour behind.
    /// </summary>
    public static readonly TimeSpan CapWithoutDate = TimeSpan.FromMinutes(5);

    /// <summary>Reads the headers; names are compared without case (<c>X-Ratelimit-*</c> is what is seen on the wire).</summary>
    /// <param name="headers">The response's.</param>
    /// <param name="now">The clock by which the result is told.</param>
    /// <param name="machine">The machine's, which stands in for the server's without a <c>Date</c>; by default the same.</param>
    /// <remarks>
    /// <c>X-RateLimit-Reset</c> is Unix epoch seconds of the server's clock (SendGrid's rate-limits page), so the wait is Reset - Date:
    /// how far our own clock is off does not matter. A number that is too small for an epoch is the wait itself, one that is too large
    /// counts milliseconds. A reset that is not ahead names no time.
    /// </remarks>
    public static RateLimitHeaders Read(HttpResponseHeaders headers, DateTimeOffset now, DateTimeOffset? machine = null)
    {
        var serverNow = headers.Date ?? machine ?? now;
        var cap = headers.Date is null ? CapWithoutDate : Cap;
        var wait = WaitUntil(GetValue(headers, "X-RateLimit-Reset"), serverNow);
        return new RateLimitHeaders(
            ParseNumber(headers, "X-RateLimit-Limit"),
            ParseNumber(headers, "X-RateLimit-Remaining"),
            wait > TimeSpan.Zero ? now + Clamp(wait.Value, cap) : null,
            wait > TimeSpan.Zero ? serverNow.ToUnixTimeSeconds() + (long)wait.Value.TotalSeconds : null,
            RetryAfter(GetValue(headers, "Retry-After"), serverNow, cap) is { } retry ? now + retry : null
        );
    }

    /// <summary>Smaller numbers are seconds to wait: as an epoch they would lie before 2001.</summary>
    private const decimal LeastEpoch = 1_000_000_000;

    /// <summary>Larger numbers are milliseconds: as seconds they would lie beyond the calendar.</summary>
    private const decimal MostEpoch = 253_402_300_799;

    private const decimal MostMilliseconds = 253_402_300_799_999;

    private static TimeSpan? WaitUntil(string? reset, DateTimeOffset serverNow) =>
        Decimal(reset) is not { } number ? Moment(reset) - serverNow
        : number < LeastEpoch ? TimeSpan.FromSeconds((double)decimal.Ceiling(number))
        : number > MostMilliseconds ? null
        : DateTimeOffset.FromUnixTimeMilliseconds((long)(number > MostEpoch ? number : number * 1000)) - serverNow;

    /// <summary>Seconds need no clock, so they are believed without a <c>Date</c>, too.</summary>
    private static TimeSpan? RetryAfter(string? header, DateTimeOffset serverNow, TimeSpan cap) =>
        Decimal(header) is { } seconds ? Clamp(TimeSpan.FromSeconds((double)Math.Min(decimal.Ceiling(seconds), LeastEpoch)), CapOfSeconds)
        : Moment(header) - serverNow is { } wait ? Clamp(wait, cap)
        : null;

    private static TimeSpan Clamp(TimeSpan wait, TimeSpan cap) =>
        wait < Floor ? Floor
        : wait > cap ? cap
        : wait;

    private static long? ParseNumber(HttpResponseHeaders headers, string name) =>
        Decimal(GetValue(headers, name)) is { } number and <= long.MaxValue ? (long)number : null;

    private static string? GetValue(HttpResponseHeaders headers, string name) =>
        headers.TryGetValues(name, out var values) ? values.First() : null;

    private static decimal? Decimal(string? text) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>A date as HTTP writes it, or another that says its zone.</summary>
    private static DateTimeOffset? Moment(string? text) =>
        text?.Any(char.IsLetter) == true
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment)
            ? moment
            : null;
}
