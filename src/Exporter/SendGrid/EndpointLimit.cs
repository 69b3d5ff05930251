namespace Exporter.SendGrid;

/// <summary>
/// The limit of one endpoint, as its answers show it. They tell how many requests a refresh period allows and when it ends, never how long it
/// is (SendGrid's rate-limits page).
/// </summary>
/// <param name="Requests">Requests in a period (<c>X-RateLimit-Limit</c>).</param>
internal sealed record EndpointLimit(long Requests)
{
    /// <summary>What the limits that SendGrid's users report are counted by; believed until two ends of a period, or a longer one, were seen.</summary>
    private static readonly TimeSpan Usual = TimeSpan.FromMinutes(1);

    private long LastEnd { get; init; }

    private TimeSpan LongestWait { get; init; }

    private TimeSpan? BetweenEnds { get; init; }

    /// <summary>How long a period is.</summary>
    public TimeSpan Period => BetweenEnds ?? (LongestWait > Usual ? LongestWait : Usual);

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

        var known = (before ?? new EndpointLimit(requests)) with { Requests = requests };
        var between = known.LastEnd > 0 && end > known.LastEnd ? TimeSpan.FromSeconds(end - known.LastEnd) : known.BetweenEnds;
        return known with
        {
            LastEnd = Math.Max(known.LastEnd, end),
            LongestWait = resetAt - now > known.LongestWait ? resetAt - now : known.LongestWait,
            // After a pause some ends were not seen: the shortest distance is a period.
            BetweenEnds = between < known.BetweenEnds || known.BetweenEnds is null ? between : known.BetweenEnds,
        };
    }
}
