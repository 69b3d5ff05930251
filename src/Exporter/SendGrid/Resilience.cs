using Exporter.SendGrid.Keys;
using Exporter.Snapshots;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;

namespace Exporter.SendGrid;

/// <summary>What is tried again within an attempt, and when an endpoint that is down is left alone for a moment.</summary>
/// <remarks>
/// Polly retries one request; the period is the poll loop's. A burst of 5xx lasts minutes (operators' reports), so a few seconds of
/// retries are for hiccups only, and everything else is the next interval's.
/// </remarks>
internal static class Resilience
{
    public const int MaxRetries = 3;

    /// <summary>Well under the 10 s that promise 6 allows any back-off which the API did not name itself.</summary>
    public static readonly TimeSpan BreakDuration = TimeSpan.FromSeconds(5);

    public static readonly ResiliencePropertyKey<PollContext> Attempt = new("attempt");

    /// <summary>Why the last request failed, when this one is a retry.</summary>
    public static readonly ResiliencePropertyKey<FailureReason?> RetryReason = new("retry-reason");

    /// <summary>Of one endpoint of one account: the trouble of one is not the trouble of the others.</summary>
    public static ResiliencePipeline<ApiResponse> Pipeline(TimeProvider time) =>
        new ResiliencePipelineBuilder<ApiResponse> { TimeProvider = time, Name = "sendgrid" }
            .AddRetry(
                new RetryStrategyOptions<ApiResponse>
                {
                    MaxRetryAttempts = MaxRetries,
                    BackoffType = DelayBackoffType.Exponential,
                    Delay = TimeSpan.FromMilliseconds(500),
                    MaxDelay = TimeSpan.FromSeconds(8),
                    UseJitter = true,
                    ShouldHandle = retry =>
                        ValueTask.FromResult(
                            retry.Outcome.Result.Error is { } error
                                && retry.Context.Properties.TryGetValue(Attempt, out var attempt)
                                && IsWorthRetrying(error, retry.AttemptNumber, attempt)
                        ),
                    DelayGenerator = retry => ValueTask.FromResult(OwnDelay(retry.Outcome.Result.Error)),
                    OnRetry = retry =>
                    {
                        // Counted when it is sent: the gate may find that the deadline is before the time that it has to wait for.
                        retry.Context.Properties.Set(RetryReason, retry.Outcome.Result.Error!.Reason);
                        return ValueTask.CompletedTask;
                    },
                }
            )
            .AddCircuitBreaker(
                new CircuitBreakerStrategyOptions<ApiResponse>
                {
                    // One good answer in between shows that others may have one, too.
                    FailureRatio = 1,
                    MinimumThroughput = 10,
                    SamplingDuration = TimeSpan.FromSeconds(30),
                    BreakDuration = BreakDuration,
                    ShouldHandle = breaker =>
                        ValueTask.FromResult(breaker.Outcome.Result.Error?.Reason is FailureReason.Unavailable or FailureReason.Timeout),
                }
            )
            .Build();

    /// <summary>Whether the same request may end differently in a moment.</summary>
    /// <param name="error">How it ended.</param>
    /// <param name="retriesSoFar">0 after the first request.</param>
    /// <param name="attempt">A wait that the API named must fit into it.</param>
    public static bool IsWorthRetrying(ApiError error, int retriesSoFar, PollContext attempt) =>
        (error.NotBefore is not { } named || attempt.IsWithinDeadline(named))
        && error.Reason switch
        {
            FailureReason.Unavailable or FailureReason.Timeout or FailureReason.RateLimited => true,
            // A good key is refused now and then (sendgrid-nodejs #1181): once more, later.
            FailureReason.Forbidden => retriesSoFar == 0 && attempt.RetryForbidden,
            FailureReason.Unauthorized => error.KeyHasChanged || (!error.KeyIsRefused && (retriesSoFar == 0 || error.KeyIsInDoubt)),
            _ => false,
        };

    /// <summary>
    /// The delay that is not the exponential one: gate and watch wait themselves for what the API named and while a key is in doubt;
    /// another key is tried at once; a 401 or 403 is asked again a good while later.
    /// </summary>
    private static TimeSpan? OwnDelay(ApiError? error) =>
        error switch
        {
            { NotBefore: not null } or { Reason: FailureReason.RateLimited } or { KeyHasChanged: true } or { KeyIsInDoubt: true } =>
                TimeSpan.Zero,
            { Reason: FailureReason.Forbidden or FailureReason.Unauthorized } => KeyStanding.Pause,
            _ => null,
        };
}
