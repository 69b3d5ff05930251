using System.Globalization;

namespace Exporter.Web;

/// <summary>
/// Bounds the answers of one kind that are made and read at the same time, because each holds memory as long as its reader takes; further
/// requests get 503 with <c>Retry-After</c>.
/// </summary>
/// <param name="time">The clock of their patience.</param>
/// <param name="most">The number of answers at the same time.</param>
/// <param name="refusal">The sentence that a refused request gets.</param>
/// <param name="retryAfter">The seconds after which they should ask again.</param>
internal sealed class AnswerPlaces(TimeProvider time, int most, string refusal, int retryAfter = 1)
{
    /// <summary>A client that has not read its answer within this time is disconnected, and others have its place.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private int _running;

    public async Task AnswerAsync(HttpContext context, RequestDelegate answer)
    {
        try
        {
            if (Interlocked.Increment(ref _running) <= most)
            {
                using var patience = new CancellationTokenSource(Patience, time);
                using var _ = patience.Token.Register(context.Abort);
                await answer(context);
                return;
            }

            context.Response.Headers.RetryAfter = retryAfter.ToString(CultureInfo.InvariantCulture);
            await TextResponse.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, refusal + "\n");
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }
}
