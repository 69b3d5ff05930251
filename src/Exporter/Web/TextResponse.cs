using System.Text;

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
}
