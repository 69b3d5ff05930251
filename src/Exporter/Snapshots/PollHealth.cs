using System.Collections.Immutable;

namespace Exporter.Snapshots;

/// <summary>How the attempts to refresh something went. A failure never touches <see cref="LastSuccess"/>.</summary>
internal sealed record PollHealth
{
    public static readonly PollHealth Untried = new();

    /// <summary>Attempts that are remembered one by one.</summary>
    private const int Remembered = 10;

    /// <summary>Whether the last attempt ended in a complete walk; <see langword="null"/> before the first attempt.</summary>
    public bool? Up { get; private init; }

    /// <summary>
    /// End of the last complete walk; <see langword="null"/> before the first one, and while the moment that a former run saved lies in the
    /// future.
    /// </summary>
    public DateTimeOffset? LastSuccess { get; private init; }

    /// <summary>The same as a former run saved it, until this run has had a complete walk of its own.</summary>
    private DateTimeOffset? SavedSuccess { get; init; }

    /// <summary>End of the last attempt.</summary>
    public DateTimeOffset? LastAttempt { get; private init; }

    /// <summary>How long the last attempt took.</summary>
    public TimeSpan Duration { get; private init; }

    /// <summary>Pages that the last attempt read.</summary>
    public int Pages { get; private init; }

    /// <summary>Attempts so far.</summary>
    public long Attempts { get; private init; }

    public FailureCounts Failures { get; private init; } = FailureCounts.None;

    /// <summary>Why the last attempt failed, in words; <see langword="null"/> after a success.</summary>
    public string? LastError { get; private init; }

    /// <summary>The reason of the last attempt; <see langword="null"/> after a success.</summary>
    public FailureReason? LastReason { get; private init; }

    /// <summary>What is behind it; <see langword="null"/> after a success, and after a restart until the next attempt.</summary>
    public FailureCause? LastCause { get; private init; }

    /// <summary>The last attempts of this run of the program, the newest first.</summary>
    public ImmutableArray<PollAttempt> Recent { get; private init; } = [];

    /// <summary>The health as a former run of the program left it. Its counters begin anew, as counters do after a restart.</summary>
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
            Duration = duration,
            Pages = pages,
            LastReason = reason,
            LastError = error,
        };

    /// <summary>The same with the last success that a former run has had.</summary>
    public PollHealth WithLastSuccess(DateTimeOffset? lastSuccess) => this with { LastSuccess = lastSuccess, SavedSuccess = lastSuccess };

    /// <summary>The same after the clock was set, see <see cref="ClockReading"/>.</summary>
    /// <param name="by">How far.</param>
    /// <param name="now">The time that it shows now.</param>
    public PollHealth ShiftBy(TimeSpan by, DateTimeOffset now) =>
        this with
        {
            LastSuccess = SavedSuccess is { } saved
                ? ClockReading.IsAhead(saved, now)
                    ? null
                    : saved
                : LastSuccess + by,
            LastAttempt =
                Attempts > 0 ? LastAttempt + by
                : LastAttempt is { } at && ClockReading.IsAhead(at, now) ? null
                : LastAttempt,
            Recent = [.. Recent.Select(attempt => attempt with { At = attempt.At + by })],
        };

    public PollHealth Succeeded(DateTimeOffset at, TimeSpan duration, int pages) =>
        this with
        {
            Up = true,
            LastSuccess = at,
            SavedSuccess = null,
            LastAttempt = at,
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
