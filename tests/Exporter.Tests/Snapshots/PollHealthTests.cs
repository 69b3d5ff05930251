using Exporter.Snapshots;

namespace Exporter.Tests.Snapshots;

public sealed class PollHealthTests
{
    [Fact]
    public void Whatever_came_before_the_last_attempt_tells_how_it_is_and_the_counters_tell_all_of_them()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var (health, now) = (PollHealth.Untried, Some.Noon);
            var attempts = new List<(DateTimeOffset At, FailureReason? Reason)>();
            for (var number = random.Next(1, 30); number > 0; number--)
            {
                now = now.AddSeconds(random.Next(1, 600));
                FailureReason? reason = random.Next(2) == 0 ? null : (FailureReason)random.Next(FailureReasons.Labels.Length);
                health = reason is { } why
                    ? health.Failed(now, TimeSpan.FromSeconds(number), number, Failures.Of(why, $"{why}"))
                    : health.Succeeded(now, TimeSpan.FromSeconds(number), number);
                attempts.Add((now, reason));
            }

            var (end, last) = attempts[^1];
            Assert.Equal(
                (last is null, end, last, last?.ToString(), attempts.Count),
                (health.Up, health.LastAttempt, health.LastReason, health.LastError, health.Attempts)
            );
            Assert.Equal(last is null, health.LastCause is null);
            Assert.Equal(attempts.LastOrDefault(static attempt => attempt.Reason is null).At, health.LastSuccess ?? default);
            Assert.All(
                health.Failures.All(),
                counted => Assert.Equal(attempts.Count(attempt => attempt.Reason?.Label() == counted.Reason), counted.Count)
            );
            Assert.Equal(attempts.AsEnumerable().Reverse().Take(10), health.Recent.Select(static attempt => (attempt.At, attempt.Reason)));
        }
    }

    [Fact]
    public void After_a_restart_the_last_success_counts_and_the_counters_begin_anew()
    {
        var resumed = Resumed(at: Some.Noon);
        Assert.Equal((Some.Noon, false, 0, "429"), (resumed.LastSuccess, resumed.Up, resumed.Attempts, resumed.LastError));
        Assert.Empty(resumed.Recent);

        var failed = resumed.Failed(Some.Noon.AddHours(1), TimeSpan.Zero, 0, Failures.Of(FailureReason.Timeout, "silence"));
        Assert.Equal((Some.Noon, 1), (failed.LastSuccess, failed.Attempts));
    }

    [Fact]
    public void What_this_run_saw_moves_with_the_clock()
    {
        var by = TimeSpan.FromHours(-5);
        var health = Resumed(at: Some.Noon.AddYears(9))
            .Succeeded(Some.Noon, TimeSpan.Zero, 1)
            .Failed(Some.Noon.AddMinutes(5), TimeSpan.Zero, 0, Failures.Of(FailureReason.Timeout, "silence"));

        var after = health.ShiftBy(by, Some.Noon.AddMinutes(6) + by);

        Assert.Equal((Some.Noon + by, Some.Noon.AddMinutes(5) + by), (after.LastSuccess, after.LastAttempt));
        Assert.Equal([Some.Noon.AddMinutes(5) + by, Some.Noon + by], after.Recent.Select(static attempt => attempt.At));
    }

    [Fact]
    public void A_saved_success_in_the_future_has_no_age_until_the_clock_has_passed_it()
    {
        var saved = Resumed(at: Some.Noon);

        var early = saved.ShiftBy(TimeSpan.FromDays(-1), Some.Noon.AddDays(-1));
        Assert.Null(early.LastSuccess);
        Assert.Null(early.LastAttempt);
        Assert.Equal(Some.Noon, saved.ShiftBy(TimeSpan.FromDays(-1), Some.Noon.AddSeconds(-1)).LastSuccess);

        // A clock that is set back and forth costs neither moment.
        var again = early.ShiftBy(TimeSpan.FromDays(1), Some.Noon.AddSeconds(1));
        Assert.Equal((Some.Noon, Some.Noon), (again.LastSuccess, again.LastAttempt));

        // A failure of this run is no reason to believe it, and none to forget it.
        var failed = early.Failed(Some.Noon.AddHours(-23), TimeSpan.Zero, 0, Failures.Of(FailureReason.Timeout, "silence"));
        Assert.Null(failed.LastSuccess);
        Assert.Equal(Some.Noon, failed.ShiftBy(TimeSpan.FromDays(1), Some.Noon.AddHours(1)).LastSuccess);
    }

    private static PollHealth Resumed(DateTimeOffset at) =>
        PollHealth.Resumed(up: false, at, at, TimeSpan.FromSeconds(1), pages: 2, FailureReason.RateLimited, "429");
}
