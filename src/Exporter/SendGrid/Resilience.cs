using Exporter.SendGrid.Keys;
using Exporter.Snapshots;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;

namespace Exporter.SendGrid;

/// <summary>Decides what is retried within an attempt, and when a failing endpoint gets no retries for a while.</summary>
/// <remarks>
/// Polly retries one request; the poll loop sets the period. A burst of 5xx lasts minutes (operators' reports), so a few seconds of retries
/// cover hiccups only. Longer failures wait for the next interval.
/// </remarks>
internal static class Resilience
{
    public const int MaxRetries = 3;

    /// <summary>Well under the 10 s that promise 6 allows for a back-off that the API did not name.</summary>
    public static readonly TimeSpan BreakDuration = TimeSpan.FromSeconds(5);

    public static readonly ResiliencePropertyKey<PollContext> Attempt = new("attempt");

    /// <summary>Why the last request failed, when this one is a retry.</summary>
    public static readonly ResiliencePropertyKey<FailureReason?> RetryReason = new("retry-reason");

    /// <summary>Creates the pipeline of one endpoint of one account, so that a failing endpoint does not affect the others.</summary>
    /// <param name="breaker">Closes the circuit breaker.</param>
    /// <param name="opened">Receives the failure that opens the circuit breaker.</param>
    public static ResiliencePipeline<ApiResponse> Pipeline(
        TimeProvider time,
        CircuitBreakerManualControl breaker,
        Action<ApiError> opened
    ) =>
        new ResiliencePipelineBuilder<ApiResponse> { TimeProvider = time, Name = "sendgrid" }
            .AddRetry(Retry(static _ => true))
            .AddCircuitBreaker(
                new CircuitBreakerStrategyOptions<ApiResponse>
                {
                    // A single good answer shows that other requests may also succeed.
                    FailureRatio = 1,

                    // A failing request is sent four times, so this takes three campaigns: the endpoint fails, and not one of them.
                    MinimumThroughput = 10,
                    SamplingDuration = TimeSpan.FromSeconds(30),
                    BreakDuration = BreakDuration,
                    ManualControl = breaker,
                    OnOpened = failed =>
                    {
                        if (failed.Outcome.Result.Error is { } error)
                        {
                            opened(error);
                        }

                        return ValueTask.CompletedTask;
                    },
                    ShouldHandle = answered => ValueTask.FromResult(IsOutage(answered.Outcome.Result.Error)),
                }
            )
            .Build();

    /// <summary>Creates the pipeline of requests while the circuit breaker is open: what opened it is no reason to ask again.</summary>
    public static ResiliencePipeline<ApiResponse> PipelineWhileOpen(TimeProvider time) =>
        new ResiliencePipelineBuilder<ApiResponse> { TimeProvider = time, Name = "sendgrid-open" }
            .AddRetry(Retry(static error => !IsOutage(error)))
            .Build();

    /// <summary>Whether a failure counts for the circuit breaker.</summary>
    public static bool IsOutage(ApiError? error) => error?.Reason is FailureReason.Unavailable or FailureReason.Timeout;

    private static RetryStrategyOptions<ApiResponse> Retry(Func<ApiError, bool> mayRetry) =>
        new()
        {
            MaxRetryAttempts = MaxRetries,
            BackoffType = DelayBackoffType.Exponential,
            Delay = TimeSpan.FromMilliseconds(500),
            MaxDelay = TimeSpan.FromSeconds(8),
            UseJitter = true,
            ShouldHandle = retry =>
                ValueTask.FromResult(
                    retry.Outcome.Result.Error is { } error
                        && mayRetry(error)
                        && retry.Context.Properties.TryGetValue(Attempt, out var attempt)
                        && IsWorthRetrying(error, retry.AttemptNumber, attempt)
                ),
            DelayGenerator = retry => ValueTask.FromResult(OwnDelay(retry.Outcome.Result.Error!)),
            OnRetry = retry =>
            {
                // The retry is counted when it is sent, because its wait at the gate may end after the deadline.
                retry.Context.Properties.Set(RetryReason, retry.Outcome.Result.Error!.Reason);
                return ValueTask.CompletedTask;
            },
        };

    /// <summary>Whether the same request may end differently a little later.</summary>
    /// <param name="retriesSoFar">The number of retries before this one; 0 after the first request.</param>
    /// <param name="attempt">The attempt. A wait that the API named must end before its deadline.</param>
    public static bool IsWorthRetrying(ApiError error, int retriesSoFar, PollContext attempt) =>
        (error.NotBefore is not { } named || error.KeyHasChanged || attempt.IsWithinDeadline(named))
        && error.Reason switch
        {
            FailureReason.Unavailable or FailureReason.Timeout or FailureReason.RateLimited => true,
            // A good key is refused now and then (sendgrid-nodejs #1181), so try once more, later.
            FailureReason.Forbidden => retriesSoFar == 0 && attempt.RetryForbidden,
            FailureReason.Unauthorized => error.KeyHasChanged || (!error.KeyIsRefused && (retriesSoFar == 0 || error.KeyIsInDoubt)),
            _ => false,
        };

    /// <summary>
    /// Returns a delay that replaces the exponential one. None where others wait: the gate for the end of a 429, the watch while a key is
    /// in doubt. Another key is tried at once. A 401 or 403 gets a longer pause. For a time that the answer named the transport waits.
    /// </summary>
    public static TimeSpan? OwnDelay(ApiError error) =>
        error switch
        {
            { Reason: FailureReason.RateLimited } or { KeyHasChanged: true } or { KeyIsInDoubt: true } => TimeSpan.Zero,
            { Reason: FailureReason.Forbidden or FailureReason.Unauthorized } => KeyStanding.Pause,
            _ => null,
        };
}
