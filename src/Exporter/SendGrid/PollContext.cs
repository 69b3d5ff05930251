using Exporter.Snapshots;

namespace Exporter.SendGrid;

/// <summary>
/// One attempt to refresh something: the deadline that all its walks share, and what the API said last, which names the reason
/// when the deadline passes.
/// </summary>
internal sealed class PollContext : IDisposable
{
    private readonly CancellationTokenSource _deadline;
    private readonly CancellationTokenSource _either;
    private readonly CancellationToken _stopping;
    private readonly Dictionary<ApiEndpoint, int> _pages = [];

    /// <param name="time">The clock of the deadline.</param>
    /// <param name="timeout">How long the whole attempt may take, waits included.</param>
    /// <param name="retryForbidden">
    /// Whether a 403 is asked once more later. Off when the last attempt ended in 403 too: then one request an interval is enough.
    /// </param>
    /// <param name="stopping">Ends the attempt as <see cref="FailureReason.Canceled"/>.</param>
    public PollContext(TimeProvider time, TimeSpan timeout, bool retryForbidden, CancellationToken stopping)
    {
        _stopping = stopping;
        _deadline = new CancellationTokenSource(timeout, time);
        _either = CancellationTokenSource.CreateLinkedTokenSource(_deadline.Token, stopping);
        Deadline = time.GetUtcNow() + timeout;
        RetryForbidden = retryForbidden;
    }

    public DateTimeOffset Deadline { get; }

    public bool RetryForbidden { get; }

    /// <summary>
    /// How far the server's clock is ahead of the machine's, to the second; <see langword="null"/> before an answer that told.
    /// </summary>
    public TimeSpan? ServerAhead
    {
        get;
        set => field = value ?? field;
    }

    /// <summary>Whether it may ask although the key is refused: it is how the account is found accepted again.</summary>
    public bool IsProbe { get; init; }

    /// <summary>
    /// The longest back-off that the API has not named itself: promise 6 bounds it by the larger of the interval and 10 s. Default 10 s.
    /// </summary>
    public TimeSpan LongestBackOff
    {
        get;
        init => field = value > field ? value : field;
    } = TimeSpan.FromSeconds(10);

    /// <summary>Canceled at the deadline or when stopping.</summary>
    public CancellationToken Token => _either.Token;

    /// <summary>Pages read so far, over all walks and their restarts.</summary>
    public int Pages => _pages.Values.Sum();

    /// <summary>The trouble that the API last spoke of; <see langword="null"/> while it answers well or has said nothing.</summary>
    private ApiError? LastSaid { get; set; }

    /// <summary>Whether <paramref name="moment"/> lies within the deadline.</summary>
    public bool IsWithinDeadline(DateTimeOffset moment) => moment <= Deadline;

    /// <summary>Pages read of one endpoint.</summary>
    public int PagesOf(ApiEndpoint endpoint) => _pages.GetValueOrDefault(endpoint);

    public void PageRead(ApiEndpoint endpoint)
    {
        _pages[endpoint] = PagesOf(endpoint) + 1;
        LastSaid = null;
    }

    /// <summary>
    /// Remembers trouble. A timeout is silence and says nothing; 404 and 400 are answers, with which the trouble before is over.
    /// </summary>
    public void RecordError(ApiError error) =>
        LastSaid = error switch
        {
            { Reason: FailureReason.Timeout } => LastSaid,
            { Reason: FailureReason.NotFound } or { IsBadRequest: true } => null,
            _ => error,
        };

    /// <summary>Why a canceled request was canceled: stopping, the last thing the API said, or its silence.</summary>
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
