using System.Globalization;
using Exporter.Exposition;
using Exporter.Exposition.Text;

namespace Exporter.Web;

/// <summary>Answers <c>/metrics</c>.</summary>
internal sealed class MetricsEndpoint(MetricsPage page, TimeProvider time)
{
    /// <param name="maxRequests">The number of scrapes at the same time; further scrapes get 503 with Retry-After.</param>
    /// <param name="time">The clock of their patience.</param>
    public static AnswerPlaces Places(int maxRequests, TimeProvider time) =>
        new(time, maxRequests, $"More than {maxRequests} scrapes are running (--web.max-requests).");

    public async Task AnswerAsync(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        var format = Negotiation.Format(request.Headers.Accept);
        var compress = Negotiation.TakesGzip(request.Headers.AcceptEncoding);
        response.ContentType = format.ContentType();
        response.Headers.Vary = "Accept, Accept-Encoding";
        if (compress)
        {
            response.Headers.ContentEncoding = "gzip";
        }

        if (HttpMethods.IsHead(request.Method))
        {
            return;
        }

        using var patience = Patience(request.Headers["X-Prometheus-Scrape-Timeout-Seconds"]);
        using var _ = patience?.Token.Register(context.Abort);
        if (compress)
        {
            var answer = await page.CompressAsync(format, context.RequestAborted);
            response.ContentLength = answer.Length;
            await answer.WriteAsync(response.BodyWriter, context.RequestAborted);
        }
        else
        {
            await page.WriteAsync(response.BodyWriter, format, context.RequestAborted);
        }
    }

    /// <summary>
    /// Returns a token that ends when Prometheus stops waiting, as its header announces; after that the rest of the answer has no reader,
    /// and the place is free for another scrape.
    /// </summary>
    private CancellationTokenSource? Patience(string? seconds) =>
        double.TryParse(seconds, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var wait) && wait is > 0 and < 86_400
            ? new CancellationTokenSource(TimeSpan.FromSeconds(wait), time)
            : null;
}
