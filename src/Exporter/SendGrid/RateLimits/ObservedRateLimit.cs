namespace Exporter.SendGrid.RateLimits;

/// <summary>
/// The limit of one endpoint, inferred from its answers. They report how many requests a refresh period allows and when it ends, but never
/// its length (SendGrid's rate-limits page).
/// </summary>
/// <param name="Requests">The requests allowed in a period (<c>X-RateLimit-Limit</c>).</param>
internal sealed record ObservedRateLimit(long Requests)
{
    /// <summary>The period in which SendGrid's users count their limits. This is a guess; no answer reports it.</summary>
    public static readonly TimeSpan UsualPeriod = TimeSpan.FromMinutes(1);

    /// <summary>The shortest possible period, because periods end at whole seconds.</summary>
    private static readonly TimeSpan ShortestPeriod = TimeSpan.FromSeconds(1);

    /// <summary>The tolerance of a wait, which is the difference of two times in whole seconds.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(2);

    private long LastEnd { get; init; }

    private TimeSpan LongestWait { get; init; }

    private TimeSpan? BetweenEnds { get; init; }

    /// <summary>
    /// The length of a period; <see langword="null"/> until it is known. Two consecutive ends whose distance equals the longest wait show
    /// it: ends that slide or jitter are closer together, and between ends farther apart some were missed.
    /// </summary>
    public TimeSpan? Period => BetweenEnds is { } between && LongestWait <= between + Slack ? between : null;

    /// <summary>The least length of a period: a period is no shorter than the rest of it that was seen.</summary>
    public TimeSpan LeastPeriod =>
        Period
        ?? (LongestWait - Slack > ShortestPeriod ? TimeSpan.FromSeconds(Math.Round((LongestWait - Slack).TotalSeconds)) : ShortestPeriod);

    /// <summary>The most requests per second that the limit may allow. While the period is unknown it may allow fewer.</summary>
    public double MostPerSecond => Requests / LeastPeriod.TotalSeconds;

    /// <summary>Returns what is known about the limit after an answer.</summary>
    /// <param name="before">The limit as it was known before.</param>
    /// <param name="now">The arrival time of the answer.</param>
    public static ObservedRateLimit? Next(ObservedRateLimit? before, RateLimitHeaders headers, DateTimeOffset now)
    {
        if (headers is not { Limit: > 0 and var requests, ResetAt: { } resetAt, ResetEpochSeconds: { } end })
        {
            return before;
        }

        var known = before ?? new ObservedRateLimit(requests);
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
