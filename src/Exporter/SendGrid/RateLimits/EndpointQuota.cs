namespace Exporter.SendGrid.RateLimits;

/// <summary>
/// The requests that one endpoint of one account still allows, as a value: how long it must rest, and how its remaining requests are spread
/// over the rest of the refresh period instead of being spent at its start, as far as who sends them has the time.
/// </summary>
internal readonly record struct EndpointQuota
{
    /// <summary>
    /// The longest wait after a 429 that named no time. Promise 6 bounds every wait that the API did not name, see
    /// <see cref="PollContext.LongestBackOff"/>.
    /// </summary>
    public static readonly TimeSpan MaxUnnamedWait = TimeSpan.FromSeconds(60);

    /// <summary>The span after a moment over which the clients waiting for it are spread.</summary>
    public static readonly TimeSpan MaxJitter = TimeSpan.FromMilliseconds(500);

    /// <summary>A 429 or a used-up limit named this time, or a 429 without a time is followed by it.</summary>
    public DateTimeOffset QuietUntil { get; init; }

    /// <summary>
    /// The requests left in the period, counted down with each request; <see langword="null"/> until the API reports them.
    /// </summary>
    public long? Remaining { get; init; }

    /// <summary>The end of the period that <see cref="Remaining"/> refers to.</summary>
    public DateTimeOffset ResetAt { get; init; }

    private long? ResetEpochSeconds { get; init; }

    private DateTimeOffset LastSent { get; init; }

    /// <summary>The number of 429s in a row that named no time; the wait grows with it.</summary>
    private int UnnamedRefusals { get; init; }

    /// <summary>The end of the rest that the API asks for. No request may be sent before.</summary>
    public DateTimeOffset RestsUntil => Remaining <= 0 ? Later(QuietUntil, ResetAt) : QuietUntil;

    /// <summary>
    /// The moment of the next request when the remaining ones are spread evenly. The API does not ask for that, so a request without the
    /// time for it may go as soon as the endpoint does not rest.
    /// </summary>
    private DateTimeOffset PacedUntil =>
        Remaining is { } remaining and > 0 ? LastSent + ((ResetAt - LastSent) / (remaining + 1)) : DateTimeOffset.MinValue;

    /// <summary>Returns the earliest moment at which a request may be sent.</summary>
    /// <param name="unpacedFrom">When the request stops waiting for the sake of others. A rest it waits for in any case.</param>
    public DateTimeOffset NotBefore(DateTimeOffset unpacedFrom) => Later(RestsUntil, Earlier(PacedUntil, unpacedFrom));

    /// <summary>Returns the quota after a request is sent.</summary>
    public EndpointQuota Sent(DateTimeOffset now) =>
        this with
        {
            LastSent = now,
            Remaining = now < ResetAt && Remaining is { } remaining ? remaining - 1 : null,
        };

    /// <summary>Returns the quota after an answer.</summary>
    /// <param name="refused">Whether the status was 429.</param>
    /// <param name="headers">
    /// The rate-limit headers of the answer. <c>Retry-After</c> is among them only after a 429 or when nothing remains: otherwise it is
    /// about what was asked for, and only that waits for it (<see cref="PollContext.RecordWait"/>).
    /// </param>
    /// <param name="now">The arrival time of the answer.</param>
    /// <param name="longest">The longest wait that may follow an answer without a time.</param>
    /// <param name="jitter">0 to 1, the share of <see cref="MaxJitter"/> to wait in addition.</param>
    public EndpointQuota Answered(bool refused, RateLimitHeaders headers, DateTimeOffset now, TimeSpan longest, double jitter)
    {
        var quota = headers is { Remaining: { } remaining, ResetAt: { } resetAt, ResetEpochSeconds: { } period }
            ? Learned(remaining, resetAt, period)
            : this;
        var named = headers.NamedTime(refused);
        var refusals = refused && named is null ? UnnamedRefusals + 1 : 0;
        return (named ?? (refused ? now + UnnamedWait(refusals, longest) : null)) is { } quiet
            ? quota with
            {
                UnnamedRefusals = refusals,
                QuietUntil = Later(quota.QuietUntil, quiet + (jitter * MaxJitter)),
            }
            : quota with
            {
                UnnamedRefusals = 0,
            };
    }

    /// <remarks>
    /// Answers may overtake each other, so within a period the smaller remainder is the newer one. The reset is computed from a <c>Date</c>
    /// in whole seconds and so is never too early: the earliest estimate is the best.
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
