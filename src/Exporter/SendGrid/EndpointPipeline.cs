using Exporter.Snapshots;
using Polly;
using Polly.CircuitBreaker;

namespace Exporter.SendGrid;

/// <summary>The retries and the circuit breaker of one endpoint of one account.</summary>
internal sealed class EndpointPipeline
{
    private readonly TimeProvider _time;
    private readonly ResiliencePipeline<ApiResponse> _pipeline;
    private volatile ApiError? _openedBy;

    /// <summary>The time between two looks whether the breaker lets a request through.</summary>
    private static readonly TimeSpan TryAgain = TimeSpan.FromMilliseconds(500);

    public EndpointPipeline(TimeProvider time) => (_time, _pipeline) = (time, Resilience.Pipeline(time, error => _openedBy = error));

    /// <summary>
    /// Sends a request, and again when that may help. While the breaker is open, who has not asked yet waits for a turn: the failures of a
    /// few campaigns that opened it say nothing about the others. Who has asked and failed does not wait for another failure.
    /// </summary>
    /// <returns>
    /// The last answer, or an error with the cause of the failure that opened the breaker, when that was open before another try.
    /// </returns>
    public async Task<ApiResponse> ExecuteAsync<TState>(
        Func<ResilienceContext, TState, ValueTask<ApiResponse>> send,
        ResilienceContext context,
        PollContext attempt,
        TState state
    )
    {
        for (var hasAsked = false; ; )
        {
            try
            {
                return await _pipeline.ExecuteAsync(
                    (each, asking) =>
                    {
                        hasAsked = true;
                        return send(each, asking);
                    },
                    context,
                    state
                );
            }
            catch (BrokenCircuitException)
            {
                var error = new ApiError(
                    FailureReason.Unavailable,
                    "this endpoint failed repeatedly and gets no requests for some seconds"
                );
                error = _openedBy is { } opened ? error with { Cause = opened.Cause } : error;
                if (hasAsked)
                {
                    return error;
                }

                attempt.RecordError(error);
                await Task.Delay(TryAgain, _time, attempt.Token);
            }
        }
    }
}
