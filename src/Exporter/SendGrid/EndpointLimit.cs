namespace Exporter.SendGrid;

/// <summary>
/// The limit of one endpoint, as its answers show it. They tell how many requests a refresh period allows and when it ends, never how long it
/// is (SendGrid's rate-limits page).
/// </summary>
/// <param name="Requests">Requests in a period (<c>X-RateLimit-Limit</c>).</param>
internal sealed record EndpointLimit(long Requests)
{
    /// <summary>What the limits that SendGrid's users report are counted by.</summary>
    private static readonly TimeSpan Usual = TimeSpan.FromMinutes(1);

    /// <summary>Both times that a wait is the difference of are of whole seconds.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(2);

    private long LastEnd { get; init; }

    private TimeSpan LongestWait { get; init; }

    private TimeSpan? BetweenEnds { get; init; }

    /// <summary>
    /// How long a period is. A wait for its end that is longer than the usual one says so; a shorter period shows by two ends that are as far
    /// apart as one was waited for: ends that slide or jitter are nearer, and between those far apart some were not seen.
    /// </summary>
    public TimeSpan Period =>
        BetweenEnds is { } between && LongestWait <= between + Slack ? between
        : LongestWait > Usual + Slack ? TimeSpan.FromSeconds(Math.Round(LongestWait.TotalSeconds))
        : Usual;

    public double RequestsPerSecond => Requests / Period.TotalSeconds;

    /// <summary>What is known after an answer.</summary>
    /// <param name="before">What was known.</param>
    /// <param name="headers">What the answer said.</param>
    /// <param name="now">When it came.</param>
    public static EndpointLimit? After(EndpointLimit? before, RateLimitHeaders headers, DateTimeOffset now)
    {
        if (headers is not { Limit: > 0 and var requests, ResetAt: { } resetAt, Period: { } end })
        {
            return before;
        }

        var known = before ?? new EndpointLimit(requests);
        var longest = resetAt - now > known.LongestWait ? resetAt - now : known.LongestWait;
        var between = TimeSpan.FromSeconds(known.LastEnd == 0 ? 0 : end - known.LastEnd);
        return known with
        {
            Requests = requests,
            LastEnd = Math.Max(known.LastEnd, end),
            LongestWait = longest,
            BetweenEnds = between > TimeSpan.Zero && (between - longest).Duration() <= Slack ? between : known.BetweenEnds,
        };
    }
}
