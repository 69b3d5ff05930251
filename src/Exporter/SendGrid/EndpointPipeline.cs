using Exporter.Snapshots;
using Polly;
using Polly.CircuitBreaker;

namespace Exporter.SendGrid;

/// <summary>The retries and the circuit breaker of one endpoint of one account.</summary>
internal sealed class EndpointPipeline
{
    private readonly CircuitBreakerManualControl _breaker = new();
    private readonly ResiliencePipeline<ApiResponse> _pipeline;
    private readonly ResiliencePipeline<ApiResponse> _whileOpen;
    private volatile ApiError? _openedBy;

    public EndpointPipeline(TimeProvider time)
    {
        _pipeline = Resilience.Pipeline(time, _breaker, error => _openedBy = error);
        _whileOpen = Resilience.PipelineWhileOpen(time);
    }

    /// <summary>
    /// Sends a request, and again when that may help. An open breaker stops no request, because the failures of some campaigns say nothing
    /// about the others. It only ends the retries. The first good answer closes it.
    /// </summary>
    /// <returns>
    /// The last answer, or an error with the cause of the failure that opened the breaker, when that opened before another try.
    /// </returns>
    public async Task<ApiResponse> ExecuteAsync<TState>(
        Func<ResilienceContext, TState, ValueTask<ApiResponse>> send,
        ResilienceContext context,
        TState state
    )
    {
        var hasAsked = false;
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
        catch (BrokenCircuitException) when (hasAsked)
        {
            var error = new ApiError(FailureReason.Unavailable, "this endpoint failed repeatedly, so this attempt does not ask it again");
            return _openedBy is { } opened ? error with { Cause = opened.Cause } : error;
        }
        catch (BrokenCircuitException)
        {
            var answer = await _whileOpen.ExecuteAsync(send, context, state);
            if (!Resilience.IsOutage(answer.Error))
            {
                await _breaker.CloseAsync(CancellationToken.None);
            }

            return answer;
        }
    }
}
