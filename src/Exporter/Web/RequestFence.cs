using Exporter.Web.Connections;
using Microsoft.AspNetCore.Connections;

namespace Exporter.Web;

/// <summary>
/// Stands around everything that answers: nothing that a request causes becomes a 500 or a stack trace in the log. What is wrong with the
/// request is told to the client; what is wrong with this program is 503 to the client and one line to the operator.
/// </summary>
internal sealed partial class RequestFence(ILogger<RequestFence> logger)
{
    public async Task PassAsync(HttpContext context, RequestDelegate next)
    {
        var seat = context.Features.Get<ConnectionSeat>();
        seat?.RequestBegins();
        try
        {
            await next(context);
        }
#pragma warning disable CA1031 // It is what this is for.
        catch (Exception e)
#pragma warning restore CA1031
        {
            await AnswerAsync(context, e);
        }
        finally
        {
            seat?.RequestEnds();
        }
    }

    private async Task AnswerAsync(HttpContext context, Exception e)
    {
        // Nobody is there to read an answer, and nothing is wrong with this program.
        if (context.RequestAborted.IsCancellationRequested || e is ConnectionResetException or ConnectionAbortedException)
        {
            context.Abort();
            return;
        }

        var (status, text) = e is BadHttpRequestException bad
            ? (bad.StatusCode, "The request cannot be read.\n")
            : (StatusCodes.Status503ServiceUnavailable, "This cannot be answered now; the log says why.\n");
        if (e is not BadHttpRequestException)
        {
            // The pattern and not the path: that may hold anything, a key too.
            LogUnanswered(
                logger,
                (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "",
                $"{e.GetType().Name}: {e.Message}",
                FirstFrame(e)
            );
        }

        if (context.Response.HasStarted)
        {
            context.Abort();
            return;
        }

        // What was meant to be answered is forgotten, but for what is on every answer.
        foreach (
            var name in context
                .Response.Headers.Keys.Where(static name => name.StartsWith("Content-", StringComparison.OrdinalIgnoreCase))
                .ToList()
        )
        {
            context.Response.Headers.Remove(name);
        }

        await Endpoints.TextAsync(context, status, text);
    }

    /// <summary>The place in the code, for a report.</summary>
    private static string FirstFrame(Exception e) => (e.StackTrace ?? "").Split('\n')[0].Trim();

    [LoggerMessage(LogLevel.Error, "A request could not be answered: an internal error, please report it. Everything else goes on.")]
    private static partial void LogUnanswered(ILogger logger, string path, string error, string where);
}
