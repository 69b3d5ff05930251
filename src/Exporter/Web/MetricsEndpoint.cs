using System.IO.Compression;
using Exporter.Exposition;

namespace Exporter.Web;

/// <summary>Answers <c>/metrics</c>.</summary>
/// <param name="page">What is answered.</param>
/// <param name="maxRequests">Scrapes at the same time; one more is told to come again.</param>
internal sealed class MetricsEndpoint(MetricsPage page, int maxRequests)
{
    private int _running;

    public async Task AnswerAsync(HttpContext context)
    {
        try
        {
            if (Interlocked.Increment(ref _running) > maxRequests)
            {
                await Endpoints.TextAsync(context, StatusCodes.Status503ServiceUnavailable, $"More than {maxRequests} scrapes at the same time (--web.max-requests).\n");
                return;
            }

            await WriteAsync(context);
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }

    private async Task WriteAsync(HttpContext context)
    {
        var response = context.Response;
        response.ContentType = MetricsPage.ContentType;
        response.Headers.Vary = "Accept-Encoding";
        var compress = Endpoints.AcceptsGzip(context.Request.Headers.AcceptEncoding);
        if (compress)
        {
            response.Headers.ContentEncoding = "gzip";
        }

        if (HttpMethods.IsHead(context.Request.Method))
        {
            return;
        }

        if (compress)
        {
            await using var gzip = new GZipStream(response.Body, CompressionLevel.Fastest);
            await page.WriteAsync(gzip, context.RequestAborted);
        }
        else
        {
            await page.WriteAsync(response.Body, context.RequestAborted);
        }
    }
}
