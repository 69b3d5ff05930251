using Exporter.SendGrid.Keys;
using Exporter.Snapshots;
using Polly;
using Polly.Retry;

namespace Exporter.SendGrid;

/// <summary>
/// Decides what is retried within an attempt. <see cref="EndpointOutage"/> decides when a failing endpoint gets no retries.
/// </summary>
/// <remarks>
/// Polly retries one request; the poll loop sets the period. A burst of 5xx lasts minutes (operators' reports), so a few seconds of retries
/// cover hiccups only. Longer failures wait for the next interval.
/// </remarks>
internal static class Resilience
{
    public const int MaxRetries = 3;

    public static readonly ResiliencePropertyKey<PollContext> Attempt = new("attempt");

    /// <summary>Why the last request failed, when this one is a retry.</summary>
    public static readonly ResiliencePropertyKey<FailureReason?> RetryReason = new("retry-reason");

    /// <summary>The path of the request.</summary>
    public static readonly ResiliencePropertyKey<string> Path = new("path");

    /// <summary>Whether a failure counts for the circuit breaker.</summary>
    public static bool IsOutage(ApiError? error) => error?.Reason is FailureReason.Unavailable or FailureReason.Timeout;

    /// <summary>Creates the retries of one endpoint of one account.</summary>
    /// <param name="isInVain">Whether an outage (<see cref="IsOutage"/>) of this path is no reason to ask again.</param>
    public static ResiliencePipeline<ApiResponse> Retries(TimeProvider time, Func<string, bool> isInVain) =>
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
                                && !(IsOutage(error) && isInVain(retry.Context.Properties.GetValue(Path, defaultValue: "")))
                        ),
                    DelayGenerator = retry => ValueTask.FromResult(OwnDelay(retry.Outcome.Result.Error!)),
                    OnRetry = retry =>
                    {
                        // The retry is counted when it is sent, because its wait at the gate may end after the deadline.
                        retry.Context.Properties.Set(RetryReason, retry.Outcome.Result.Error!.Reason);
                        return ValueTask.CompletedTask;
                    },
                }
            )
            .Build();

    /// <summary>Whether the same request may end differently a little later.</summary>
    /// <param name="retriesSoFar">The number of retries before this one; 0 after the first request.</param>
    /// <param name="attempt">The attempt. A wait that the API named must end before its deadline.</param>
    public static bool IsWorthRetrying(ApiError error, int retriesSoFar, PollContext attempt) =>
        (error.NotBefore is not { } named || attempt.IsWithinDeadline(named))
        && error.Reason switch
        {
            FailureReason.Unavailable or FailureReason.Timeout or FailureReason.RateLimited => true,
            // A good key is refused now and then (sendgrid-nodejs #1181), so try once more, later.
            FailureReason.Forbidden => error.KeyHasChanged || (retriesSoFar == 0 && attempt.RetryForbidden),
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
            { Reason: FailureReason.RateLimited } or { KeyIsInDoubt: true } => TimeSpan.Zero,
            { Reason: FailureReason.Forbidden or FailureReason.Unauthorized } => error.KeyHasChanged ? TimeSpan.Zero : KeyStanding.Pause,
            _ => null,
        };
}
