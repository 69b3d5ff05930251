using System.Globalization;
using System.Net.Http.Headers;
using Exporter.Snapshots;

namespace Exporter.SendGrid.RateLimits;

/// <summary>The rate limit of an endpoint as one response reports it, on the exporter's own clock.</summary>
/// <param name="Limit">The requests per refresh period (<c>X-RateLimit-Limit</c>).</param>
/// <param name="Remaining">The requests left in this period (<c>X-RateLimit-Remaining</c>).</param>
/// <param name="ResetAt">The end of the period (<c>X-RateLimit-Reset</c>).</param>
/// <param name="ResetEpochSeconds">
/// The reset as the API wrote it, in epoch seconds. Answers with the same value belong to the same period.
/// </param>
/// <param name="RetryAt">
/// The earliest time for the next request (<c>Retry-After</c>; SendGrid does not document it, but it is honoured when present).
/// </param>
internal readonly record struct RateLimitHeaders(
    long? Limit,
    long? Remaining,
    DateTimeOffset? ResetAt,
    long? ResetEpochSeconds,
    DateTimeOffset? RetryAt
)
{
    /// <summary>The shortest wait: a reset in the past would otherwise let the exporter hammer the API.</summary>
    public static readonly TimeSpan Floor = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait that is believed when a <c>Date</c> shows how far the clocks differ.</summary>
    public static readonly TimeSpan Cap = TimeSpan.FromHours(1);

    /// <summary>The longest <c>Retry-After</c> in seconds that is believed.</summary>
    public static readonly TimeSpan CapOfSeconds = TimeSpan.FromDays(1);

    /// <summary>
    /// The longest wait that is believed without a <c>Date</c>: the reset may be an hour ahead only because this machine's clock is an hour
    /// behind.
    /// </summary>
    public static readonly TimeSpan CapWithoutDate = TimeSpan.FromMinutes(5);

    /// <summary>Parses the headers. Names are compared without case (<c>X-Ratelimit-*</c> is seen on the wire).</summary>
    /// <param name="now">The present time, on the clock of the result.</param>
    /// <param name="machine">The machine's time, which replaces the server's when there is no <c>Date</c>; by default the same.</param>
    /// <remarks>
    /// <c>X-RateLimit-Reset</c> is in Unix epoch seconds of the server's clock (SendGrid's rate-limits page), so the wait is Reset - Date,
    /// and an error of the exporter's clock does not matter. A number that is too small for an epoch is the wait itself; one that is too
    /// large counts milliseconds. A reset that is not in the future names no time.
    /// </remarks>
    public static RateLimitHeaders Read(HttpResponseHeaders headers, DateTimeOffset now, DateTimeOffset? machine = null)
    {
        var date = DateOf(headers);
        var serverNow = date ?? machine ?? now;
        var cap = date is null ? CapWithoutDate : Cap;
        var wait = WaitUntil(GetValue(headers, "X-RateLimit-Reset"), serverNow);
        return new RateLimitHeaders(
            ParseNumber(headers, "X-RateLimit-Limit"),
            ParseNumber(headers, "X-RateLimit-Remaining"),
            wait > TimeSpan.Zero ? now + Clamp(wait.Value, cap) : null,
            wait > TimeSpan.Zero ? serverNow.ToUnixTimeSeconds() + (long)wait.Value.TotalSeconds : null,
            RetryAfter(GetValues(headers, "Retry-After"), serverNow, cap) is { } retry ? now + retry : null
        );
    }

    /// <summary>The server's time; <see langword="null"/> without one, and for one that no clock shows.</summary>
    public static DateTimeOffset? DateOf(HttpResponseHeaders headers) => headers.Date is { Year: >= 2000 and < 2200 } date ? date : null;

    /// <summary>
    /// The time that the answer names for the next request: its <c>Retry-After</c>, or else the reset of a 429 or of an answer with nothing
    /// remaining; <see langword="null"/> when it names none.
    /// </summary>
    /// <param name="isRefused">Whether the status was 429.</param>
    public DateTimeOffset? NamedTime(bool isRefused) => RetryAt ?? (isRefused || Remaining <= 0 ? ResetAt : null);

    /// <summary>The smallest epoch. A smaller number is seconds to wait: as an epoch it would lie before 2001.</summary>
    private const decimal LeastEpoch = 1_000_000_000;

    /// <summary>The largest epoch in seconds. A larger number is milliseconds: as seconds it would lie beyond the calendar.</summary>
    private const decimal MostEpoch = 253_402_300_799;

    private const decimal MostMilliseconds = 253_402_300_799_999;

    private static TimeSpan? WaitUntil(string? reset, DateTimeOffset serverNow) =>
        Decimal(reset) switch
        {
            null => Moment(reset) - serverNow,
            < LeastEpoch and var seconds => TimeSpan.FromSeconds((double)decimal.Ceiling(seconds)),
            > MostMilliseconds => null,
            > MostEpoch and var milliseconds => DateTimeOffset.FromUnixTimeMilliseconds((long)milliseconds) - serverNow,
            { } epoch => DateTimeOffset.FromUnixTimeMilliseconds((long)(epoch * 1000)) - serverNow,
        };

    /// <summary>
    /// Seconds need no clock, so they are believed without a <c>Date</c>, too. Of several the longest counts; a proxy may have joined them.
    /// </summary>
    private static TimeSpan? RetryAfter(IEnumerable<string> values, DateTimeOffset serverNow, TimeSpan cap) =>
        values.Max(value => RetryAfter(value, serverNow, cap) ?? value.Split(',').Max(part => RetryAfter(part.Trim(), serverNow, cap)));

    private static TimeSpan? RetryAfter(string value, DateTimeOffset serverNow, TimeSpan cap)
    {
        if (Decimal(value) is { } seconds)
        {
            return Clamp(TimeSpan.FromSeconds((double)Math.Min(decimal.Ceiling(seconds), LeastEpoch)), CapOfSeconds);
        }

        if (value.Length > 0 && value.All(char.IsAsciiDigit))
        {
            // More than a decimal holds.
            return CapOfSeconds;
        }

        return Moment(value) - serverNow is { } wait ? Clamp(wait, cap) : null;
    }

    private static TimeSpan Clamp(TimeSpan wait, TimeSpan cap) => TimeSpans.Clamp(wait, Floor, cap);

    private static long? ParseNumber(HttpResponseHeaders headers, string name) =>
        Decimal(GetValue(headers, name)) is { } number and <= long.MaxValue ? (long)number : null;

    private static string? GetValue(HttpResponseHeaders headers, string name) => GetValues(headers, name).FirstOrDefault();

    private static IEnumerable<string> GetValues(HttpResponseHeaders headers, string name) =>
        headers.TryGetValues(name, out var values) ? values : [];

    private static decimal? Decimal(string? text) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>Parses a date in HTTP's form, or in another one that states its zone.</summary>
    private static DateTimeOffset? Moment(string? text) =>
        text?.Any(char.IsLetter) == true
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment)
            ? moment
            : null;
}
