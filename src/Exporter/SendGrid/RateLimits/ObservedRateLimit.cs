namespace Exporter.SendGrid.RateLimits;

/// <summary>
/// The limit of one endpoint, as its answers show it. They tell how many requests a refresh period allows and when it ends, never how long
/// it is (SendGrid's rate-limits page).
/// </summary>
/// <param name="Requests">Requests in a period (<c>X-RateLimit-Limit</c>).</param>
internal sealed record ObservedRateLimit(long Requests)
{
    /// <summary>What the limits that SendGrid's users report are counted by. A guess, never what an answer told.</summary>
    public static readonly TimeSpan UsualPeriod = TimeSpan.FromMinutes(1);

    /// <summary>The ends of periods are whole seconds, so no period is shorter.</summary>
    private static readonly TimeSpan ShortestPeriod = TimeSpan.FromSeconds(1);

    /// <summary>Both times that a wait is the difference of are of whole seconds.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(2);

    private long LastEnd { get; init; }

    private TimeSpan LongestWait { get; init; }

    private TimeSpan? BetweenEnds { get; init; }

    /// <summary>
    /// How long a period is; <see langword="null"/> until it has shown. It shows by two ends that are as far apart as one was waited for:
    /// ends that slide or jitter are nearer, and between those far apart some were not seen.
    /// </summary>
    public TimeSpan? Period => BetweenEnds is { } between && LongestWait <= between + Slack ? between : null;

    /// <summary>What a period lasts at least: it is no shorter than what was left of it.</summary>
    public TimeSpan LeastPeriod =>
        Period
        ?? (LongestWait - Slack > ShortestPeriod ? TimeSpan.FromSeconds(Math.Round((LongestWait - Slack).TotalSeconds)) : ShortestPeriod);

    /// <summary>What the limit allows at most. While the period is not known it may be less.</summary>
    public double MostPerSecond => Requests / LeastPeriod.TotalSeconds;

    /// <summary>What is known after an answer.</summary>
    /// <param name="before">What was known.</param>
    /// <param name="headers">What the answer said.</param>
    /// <param name="now">When it came.</param>
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
