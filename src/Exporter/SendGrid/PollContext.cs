using Exporter.Snapshots;

namespace Exporter.SendGrid;

/// <summary>
/// One attempt to refresh something. It has one deadline for all its walks, and remembers the API's last failure, which becomes the reason
/// when the deadline passes.
/// </summary>
internal sealed class PollContext : IDisposable
{
    private readonly CancellationTokenSource _deadline;
    private readonly CancellationTokenSource _either;
    private readonly CancellationToken _stopping;
    private readonly Dictionary<ApiEndpoint, int> _pages = [];
    private readonly Dictionary<ApiEndpoint, NamedWait> _waits = [];

    /// <param name="timeout">The time limit of the whole attempt, waits included.</param>
    /// <param name="retryForbidden">
    /// Whether a 403 is retried once, later. Off when the last attempt also ended in 403: then one request an interval is enough.
    /// </param>
    /// <param name="stopping">Ends the attempt as <see cref="FailureReason.Canceled"/>.</param>
    public PollContext(TimeProvider time, TimeSpan timeout, bool retryForbidden, CancellationToken stopping)
    {
        _stopping = stopping;
        _deadline = new CancellationTokenSource(timeout, time);
        _either = CancellationTokenSource.CreateLinkedTokenSource(_deadline.Token, stopping);
        Deadline = time.GetUtcNow() + timeout;
        UnpacedFrom = Deadline - (timeout / 2);
        RetryForbidden = retryForbidden;
    }

    public DateTimeOffset Deadline { get; }

    /// <summary>
    /// From half of its time on, the attempt sends its requests as soon as the API lets it: to be spread over the rest of a rate limit's
    /// period must not make it fail.
    /// </summary>
    public DateTimeOffset UnpacedFrom { get; }

    public bool RetryForbidden { get; }

    /// <summary>
    /// The lead of the server's clock over the machine's, to the second; <see langword="null"/> before the first answer with a date.
    /// </summary>
    public TimeSpan? ServerAhead
    {
        get;
        set => field = value ?? field;
    }

    /// <summary>
    /// Whether the attempt may send requests although the key is refused. A probe finds out when the API accepts the account again.
    /// </summary>
    public bool IsProbe { get; init; }

    /// <summary>
    /// The longest back-off that the API did not name. Promise 6 bounds it by the larger of the interval and 10 s. Default 10 s.
    /// </summary>
    public TimeSpan LongestBackOff
    {
        get;
        init => field = value > field ? value : field;
    } = TimeSpan.FromSeconds(10);

    /// <summary>Whether the attempt has waited for a time that <see cref="RecordWait"/> recorded.</summary>
    public bool HasWaited { get; set; }

    /// <summary>Is canceled at the deadline, or when the attempt is stopped.</summary>
    public CancellationToken Token => _either.Token;

    /// <summary>The pages read so far, over all walks and their restarts.</summary>
    public int Pages => _pages.Values.Sum();

    /// <summary>The last failure that the API reported; <see langword="null"/> while it answers well or has not answered.</summary>
    private ApiError? LastSaid { get; set; }

    /// <summary>Whether <paramref name="moment"/> lies within the deadline.</summary>
    public bool IsWithinDeadline(DateTimeOffset moment) => moment <= Deadline;

    /// <summary>Returns the number of pages read of one endpoint.</summary>
    public int PagesOf(ApiEndpoint endpoint) => _pages.GetValueOrDefault(endpoint);

    /// <summary>
    /// Records the <c>Retry-After</c> of an answer other than a 429. It is about what was asked for, so only this attempt and the next one
    /// of the same campaign or list wait for it; a 429 is about the endpoint, see <see cref="RateLimits.RateGate"/>.
    /// </summary>
    public void RecordWait(ApiEndpoint endpoint, NamedWait wait) =>
        _waits[endpoint] = _waits.TryGetValue(endpoint, out var known) ? NamedWait.Max(known, wait) : wait;

    /// <summary>The key with which the last request was sent, or would have been but for a wait; 0 before the first one.</summary>
    public int KeyNumber
    {
        get;
        set => field = Math.Max(field, value);
    }

    /// <summary>
    /// The earliest time for the next attempt at the same: the latest that any answer to the last key named, the one that ended this
    /// attempt included; <see langword="null"/> when none did.
    /// </summary>
    public NamedWait? WaitAfter(ApiError? end)
    {
        var waits = end?.NotBefore is { } until ? _waits.Values.Append(new NamedWait(until, KeyNumber)) : _waits.Values;
        return waits.Any() ? waits.Aggregate(NamedWait.Max) : null;
    }

    /// <summary>The time that answers of this endpoint to this key named so far; the distant past when none did.</summary>
    public DateTimeOffset NotBeforeOf(ApiEndpoint endpoint, int keyNumber) =>
        _waits.TryGetValue(endpoint, out var wait) ? wait.For(keyNumber) ?? default : default;

    public void PageRead(ApiEndpoint endpoint)
    {
        _pages[endpoint] = PagesOf(endpoint) + 1;
        LastSaid = null;
    }

    /// <summary>
    /// Records a failure. A timeout is silence and changes nothing. 404 and 400 are answers, so they end the failure before.
    /// </summary>
    public void RecordError(ApiError error) =>
        LastSaid = error switch
        {
            { Reason: FailureReason.Timeout } => LastSaid,
            { Reason: FailureReason.NotFound } or { IsBadRequest: true } => null,
            _ => error,
        };

    /// <summary>Returns the error for a canceled request: the stop, the API's last failure, or its silence.</summary>
    public ApiError CancellationError() =>
        _stopping.IsCancellationRequested
            ? new ApiError(FailureReason.Canceled, "stopped while polling")
            : LastSaid ?? new ApiError(FailureReason.Timeout, "no complete answer within poll.timeout");

    public void Dispose()
    {
        _either.Dispose();
        _deadline.Dispose();
    }
}
