using Exporter.Web.Connections;
using Microsoft.AspNetCore.Connections;

namespace Exporter.Web;

/// <summary>
/// Surrounds all request handling, so that no request causes a 500 or a stack trace in the log. For a bad request the client gets the
/// error; for a failure of this program the client gets 503 and the operator one log line.
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
#pragma warning disable CA1031 // This method exists to catch every exception.
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
        // No client is left to read an answer, and this program has not failed.
        if (context.RequestAborted.IsCancellationRequested || e is ConnectionResetException or ConnectionAbortedException)
        {
            context.Abort();
            return;
        }

        var (status, text) = e is BadHttpRequestException bad
            ? (bad.StatusCode, "The request cannot be read.\n")
            : (StatusCodes.Status503ServiceUnavailable, "The program cannot answer this now; its log shows why.\n");
        if (e is not BadHttpRequestException)
        {
            // Logs the route pattern and not the path: a path may hold anything, even a key.
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

        // Discards the planned response, except for the headers that every response carries.
        foreach (
            var name in context
                .Response.Headers.Keys.Where(static name => name.StartsWith("Content-", StringComparison.OrdinalIgnoreCase))
                .ToList()
        )
        {
            context.Response.Headers.Remove(name);
        }

        await TextResponse.WriteAsync(context, status, text);
    }

    /// <summary>Returns the place in the code, for a bug report.</summary>
    private static string FirstFrame(Exception e) => (e.StackTrace ?? "").Split('\n')[0].Trim();

    [LoggerMessage(
        LogLevel.Error,
        "A request could not be answered because of an internal error; please report it. The program keeps running."
    )]
    private static partial void LogUnanswered(ILogger logger, string path, string error, string where);
}
