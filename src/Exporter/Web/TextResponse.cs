using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Exporter.Web;

/// <summary>Answers with a text.</summary>
internal static class TextResponse
{
    /// <summary>Writes status, headers and text; HEAD gets only the headers.</summary>
    public static Task WriteAsync(HttpContext context, int status, string text, string contentType = "text/plain; charset=utf-8") =>
        WriteAsync(context, status, Encoding.UTF8.GetBytes(text), contentType);

    /// <summary>Answers 200 with a value as JSON and a line feed. It never exists as a string: there may be megabytes of it.</summary>
    public static Task WriteJsonAsync<T>(HttpContext context, T value, JsonTypeInfo<T> type)
    {
        var body = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(body))
        {
            JsonSerializer.Serialize(json, value, type);
        }

        body.Write("\n"u8);
        return WriteAsync(context, StatusCodes.Status200OK, body.WrittenMemory, "application/json");
    }

    private static Task WriteAsync(HttpContext context, int status, ReadOnlyMemory<byte> body, string contentType)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        context.Response.ContentLength = body.Length;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.Body.WriteAsync(body).AsTask();
    }
}
