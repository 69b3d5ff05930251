using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Exporter.Web;

/// <summary>Answers with a text.</summary>
internal static class TextResponse
{
    /// <summary>Writes status, headers and text; HEAD gets only the headers.</summary>
    public static Task WriteAsync(HttpContext context, int status, string text, string contentType = "text/plain; charset=utf-8")
    {
        var body = Encoding.UTF8.GetBytes(text);
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        context.Response.ContentLength = body.Length;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.Body.WriteAsync(body).AsTask();
    }

    /// <summary>Answers 200 with a value as JSON and a line feed; HEAD gets only the headers.</summary>
    /// <remarks>It is written as it is read: there may be megabytes of it, and a reader may be slow.</remarks>
    public static async Task WriteJsonAsync<T>(HttpContext context, T value, JsonTypeInfo<T> type)
    {
        (context.Response.StatusCode, context.Response.ContentType) = (StatusCodes.Status200OK, "application/json");
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await JsonSerializer.SerializeAsync(context.Response.BodyWriter, value, type, context.RequestAborted);
            await context.Response.BodyWriter.WriteAsync("\n"u8.ToArray(), context.RequestAborted);
        }
    }
}
