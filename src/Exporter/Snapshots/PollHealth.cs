using System.Collections.Immutable;

namespace Exporter.Snapshots;

/// <summary>The record of the attempts to refresh one thing. A failure never changes <see cref="LastSuccess"/>.</summary>
internal sealed record PollHealth
{
    public static readonly PollHealth Untried = new();

    /// <summary>The number of attempts that are kept one by one.</summary>
    private const int Remembered = 10;

    /// <summary>Whether the last attempt ended in a complete walk; <see langword="null"/> before the first attempt.</summary>
    public bool? Up { get; private init; }

    /// <summary>
    /// The end of the last complete walk; <see langword="null"/> before the first one, and while the saved moment of a former run lies in
    /// the future.
    /// </summary>
    public DateTimeOffset? LastSuccess { get; private init; }

    /// <summary>The last success as a former run saved it, until this run completes a walk of its own.</summary>
    private DateTimeOffset? SavedSuccess { get; init; }

    /// <summary>
    /// The end of the last attempt; <see langword="null"/> before the first one, and while the saved moment of a former run lies in the
    /// future.
    /// </summary>
    public DateTimeOffset? LastAttempt { get; private init; }

    /// <summary>The last attempt as a former run saved it, until the first attempt of this run.</summary>
    private DateTimeOffset? SavedAttempt { get; init; }

    /// <summary>The duration of the last attempt.</summary>
    public TimeSpan Duration { get; private init; }

    /// <summary>The number of pages that the last attempt read.</summary>
    public int Pages { get; private init; }

    /// <summary>The number of attempts so far.</summary>
    public long Attempts { get; private init; }

    public FailureCounts Failures { get; private init; } = FailureCounts.None;

    /// <summary>The failure of the last attempt in words; <see langword="null"/> after a success.</summary>
    public string? LastError { get; private init; }

    /// <summary>The reason of the last attempt's failure; <see langword="null"/> after a success.</summary>
    public FailureReason? LastReason { get; private init; }

    /// <summary>
    /// The cause of the last attempt's failure; <see langword="null"/> after a success, and after a restart until the next attempt.
    /// </summary>
    public FailureCause? LastCause { get; private init; }

    /// <summary>The last attempts of this run, the newest first.</summary>
    public ImmutableArray<PollAttempt> Recent { get; private init; } = [];

    /// <summary>Returns the health that a former run left. The counters start at zero, as counters do after a restart.</summary>
    public static PollHealth Resumed(
        bool? up,
        DateTimeOffset? lastSuccess,
        DateTimeOffset? lastAttempt,
        TimeSpan duration,
        int pages,
        FailureReason? reason,
        string? error
    ) =>
        new()
        {
            Up = up,
            LastSuccess = lastSuccess,
            SavedSuccess = lastSuccess,
            LastAttempt = lastAttempt,
            SavedAttempt = lastAttempt,
            Duration = duration,
            Pages = pages,
            LastReason = reason,
            LastError = error,
        };

    /// <summary>Returns this health as it is when it was saved and read again.</summary>
    public PollHealth AsSaved() =>
        Resumed(Up, SavedSuccess ?? LastSuccess, SavedAttempt ?? LastAttempt, Duration, Pages, LastReason, LastError);

    /// <summary>Returns this health with the last success of a former run.</summary>
    public PollHealth WithLastSuccess(DateTimeOffset? lastSuccess) => this with { LastSuccess = lastSuccess, SavedSuccess = lastSuccess };

    /// <summary>Returns this health as it looks after the clock was set, see <see cref="ClockReading"/>.</summary>
    /// <param name="by">How far the clock was set.</param>
    /// <param name="now">The time that the clock shows after that.</param>
    public PollHealth ShiftBy(TimeSpan by, DateTimeOffset now) =>
        this with
        {
            LastSuccess = SavedSuccess is null ? LastSuccess.ShiftedBy(by) : Believed(SavedSuccess, now),
            LastAttempt = SavedAttempt is null ? LastAttempt.ShiftedBy(by) : Believed(SavedAttempt, now),
            Recent = [.. Recent.Select(attempt => attempt with { At = attempt.At.ShiftedBy(by) })],
        };

    /// <summary>Returns this health, which was saved, with moments moved by a time below zero.</summary>
    public PollHealth SavedEarlierBy(TimeSpan by) =>
        this with
        {
            LastSuccess = LastSuccess.ShiftedBy(by),
            SavedSuccess = SavedSuccess.ShiftedBy(by),
            LastAttempt = LastAttempt.ShiftedBy(by),
            SavedAttempt = SavedAttempt.ShiftedBy(by),
        };

    /// <summary>Returns a moment that a former run saved; <see langword="null"/> when it lies in the future.</summary>
    private static DateTimeOffset? Believed(DateTimeOffset? saved, DateTimeOffset now) =>
        saved is { } at && ClockReading.IsAhead(at, now) ? null : saved;

    public PollHealth Succeeded(DateTimeOffset at, TimeSpan duration, int pages) =>
        this with
        {
            Up = true,
            LastSuccess = at,
            SavedSuccess = null,
            LastAttempt = at,
            SavedAttempt = null,
            Duration = duration,
            Pages = pages,
            Attempts = Attempts + 1,
            LastError = null,
            LastReason = null,
            LastCause = null,
            Recent = Remember(new PollAttempt(at, duration, pages, Reason: null, Error: null)),
        };

    public PollHealth Failed(DateTimeOffset at, TimeSpan duration, int pages, Failure failure) =>
        this with
        {
            Up = false,
            LastAttempt = at,
            SavedAttempt = null,
            Duration = duration,
            Pages = pages,
            Attempts = Attempts + 1,
            Failures = Failures.Increment(failure.Reason),
            LastError = failure.Message,
            LastReason = failure.Reason,
            LastCause = failure.Cause,
            Recent = Remember(new PollAttempt(at, duration, pages, failure.Reason, failure.Message)),
        };

    private ImmutableArray<PollAttempt> Remember(PollAttempt attempt) => [attempt, .. Recent.Take(Remembered - 1)];
}
