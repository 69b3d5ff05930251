namespace Exporter.SendGrid.RateLimits;

/// <summary>
/// What one endpoint of one account still allows, as a value: until when it must be left alone, and how its remaining requests are
/// shared out over the rest of the refresh period instead of being burnt at its start.
/// </summary>
internal readonly record struct EndpointQuota
{
    /// <summary>
    /// The longest wait after a 429 that named no time. Promise 6 bounds what the API did not name itself, see
    /// <see cref="PollContext.LongestBackOff"/>.
    /// </summary>
    public static readonly TimeSpan MaxUnnamedWait = TimeSpan.FromSeconds(60);

    /// <summary>Clients that wait for the same moment are spread over this time behind it.</summary>
    public static readonly TimeSpan MaxJitter = TimeSpan.FromMilliseconds(500);

    /// <summary>Nothing may be sent before: a 429 or a used-up budget named the time.</summary>
    public DateTimeOffset QuietUntil { get; init; }

    /// <summary>Requests left in the period, counted down as we send; <see langword="null"/> while the API has not told.</summary>
    public long? Remaining { get; init; }

    /// <summary>End of the period that <see cref="Remaining"/> speaks of.</summary>
    public DateTimeOffset ResetAt { get; init; }

    private long? ResetEpochSeconds { get; init; }

    private DateTimeOffset LastSent { get; init; }

    /// <summary>429s in a row that named no time; they make the wait grow.</summary>
    private int UnnamedRefusals { get; init; }

    /// <summary>The earliest moment at which a request may be sent.</summary>
    public DateTimeOffset NotBefore =>
        Remaining is { } remaining ? Later(QuietUntil, LastSent + ((ResetAt - LastSent) / (remaining + 1))) : QuietUntil;

    /// <summary>The budget after a request is sent.</summary>
    public EndpointQuota Sent(DateTimeOffset now) =>
        this with
        {
            LastSent = now,
            Remaining = now < ResetAt && Remaining is { } remaining ? remaining - 1 : null,
        };

    /// <summary>The budget after an answer.</summary>
    /// <param name="refused">Whether the status was 429.</param>
    /// <param name="headers">What the answer said; a <c>Retry-After</c> is kept whatever the status.</param>
    /// <param name="now">When it came.</param>
    /// <param name="longest">The longest wait that may follow when it named no time.</param>
    /// <param name="jitter">0 to 1, the share of <see cref="MaxJitter"/> to wait on top.</param>
    public EndpointQuota Answered(bool refused, RateLimitHeaders headers, DateTimeOffset now, TimeSpan longest, double jitter)
    {
        var budget = headers is { Remaining: { } remaining, ResetAt: { } resetAt, ResetEpochSeconds: { } period }
            ? Learned(remaining, resetAt, period)
            : this;
        var named = headers.RetryAt ?? (refused || headers.Remaining <= 0 ? headers.ResetAt : null);
        var refusals = refused && named is null ? UnnamedRefusals + 1 : 0;
        return (named ?? (refused ? now + UnnamedWait(refusals, longest) : null)) is { } quiet
            ? budget with
            {
                UnnamedRefusals = refusals,
                QuietUntil = Later(budget.QuietUntil, quiet + (jitter * MaxJitter)),
            }
            : budget with
            {
                UnnamedRefusals = 0,
            };
    }

    /// <remarks>
    /// Answers overtake each other, so within a period the smaller remainder is the newer one. The reset is computed from a
    /// <c>Date</c> of whole seconds and so never too early: the earliest estimate is the best.
    /// </remarks>
    private EndpointQuota Learned(long remaining, DateTimeOffset resetAt, long period) =>
        ResetEpochSeconds == period
            ? this with
            {
                Remaining = Math.Min(Remaining ?? remaining, remaining),
                ResetAt = Earlier(ResetAt, resetAt),
            }
            : this with
            {
                Remaining = remaining,
                ResetAt = resetAt,
                ResetEpochSeconds = period,
            };

    private static TimeSpan UnnamedWait(int refusals, TimeSpan longest) =>
        TimeSpan.FromSeconds(Math.Min(Math.Min(longest.TotalSeconds, MaxUnnamedWait.TotalSeconds), Math.Pow(2, refusals - 1)));

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;
}
