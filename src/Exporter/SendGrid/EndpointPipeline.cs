using System.Collections.Immutable;
using Polly;

namespace Exporter.SendGrid;

/// <summary>
/// The retries and the circuit breaker of one endpoint of one account, so that a failing endpoint does not affect the others.
/// </summary>
internal sealed class EndpointPipeline
{
    private readonly TimeProvider _time;
    private readonly ResiliencePipeline<ApiResponse> _retries;
    private EndpointOutage _outage = EndpointOutage.None;

    public EndpointPipeline(TimeProvider time)
    {
        _time = time;
        _retries = Resilience.Retries(time, path => Volatile.Read(ref _outage).EndsRetriesOf(path, time.GetUtcNow()));
    }

    /// <summary>Sends a request, and again when that may help.</summary>
    /// <param name="context">Knows the attempt and the path, see <see cref="Resilience"/>.</param>
    /// <returns>The last answer.</returns>
    public async Task<ApiResponse> ExecuteAsync<TState>(
        Func<ResilienceContext, TState, ValueTask<ApiResponse>> send,
        ResilienceContext context,
        TState state
    ) =>
        await _retries.ExecuteAsync(
            async (each, asking) =>
            {
                var answer = await send(each, asking);
                Record(each.Properties.GetValue(Resilience.Path, defaultValue: ""), answer.Error);
                return answer;
            },
            context,
            state
        );

    private void Record(string path, ApiError? error)
    {
        var now = _time.GetUtcNow();
        ImmutableInterlocked.Update(ref _outage, outage => Resilience.IsOutage(error) ? outage.After(path, now) : outage.AfterGood(now));
    }
}
