using Exporter.Snapshots;
using Polly;
using Polly.CircuitBreaker;

namespace Exporter.SendGrid;

/// <summary>The retries and the circuit breaker of one endpoint of one account.</summary>
internal sealed class EndpointPipeline
{
    private readonly ResiliencePipeline<ApiResponse> _pipeline;
    private volatile ApiError? _openedBy;

    public EndpointPipeline(TimeProvider time) => _pipeline = Resilience.Pipeline(time, error => _openedBy = error);

    /// <summary>Sends a request, and again when that may help.</summary>
    /// <returns>
    /// The last answer. While the breaker is open it is an error without a request, with the cause of the failure that opened the breaker.
    /// </returns>
    public async Task<ApiResponse> ExecuteAsync<TState>(
        Func<ResilienceContext, TState, ValueTask<ApiResponse>> send,
        ResilienceContext context,
        TState state
    )
    {
        try
        {
            return await _pipeline.ExecuteAsync(send, context, state);
        }
        catch (BrokenCircuitException)
        {
            var error = new ApiError(FailureReason.Unavailable, "this endpoint failed repeatedly and gets no requests for some seconds");
            return _openedBy is { } opened ? error with { Cause = opened.Cause } : error;
        }
    }
}
