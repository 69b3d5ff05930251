using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Simulator;

/// <summary>An answer before it is sent; behaviours may change it.</summary>
internal sealed class Reply(int status, string contentType, byte[] body)
{
    /// <summary>The status of an answer that never comes.</summary>
    public const int Nothing = 0;

    public const string JsonType = "application/json";

    public int Status { get; set; } = status;

    public string ContentType { get; set; } = contentType;

    public byte[] Body { get; set; } = body;

    public Dictionary<string, string> Headers { get; } = new(StringComparer.OrdinalIgnoreCase);

    public Sending Sending { get; set; } = SendPlainlyAsync;

    public static Reply Empty(int status) => new(status, "", []);

    public static Reply Text(int status, string contentType, string text) => new(status, contentType, Encoding.UTF8.GetBytes(text));

    public static Reply Json(int status, JsonNode node)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            node.WriteTo(writer);
        }

        return new(status, JsonType, stream.ToArray());
    }

    /// <summary>SendGrid's error body.</summary>
    public static Reply Error(int status, string message, string? field = null) =>
        Json(status, new JsonObject { ["errors"] = new JsonArray(new JsonObject { ["message"] = message, ["field"] = field }) });

    public void SetHeaders(HttpResponse response)
    {
        response.StatusCode = Status;
        if (ContentType.Length > 0)
        {
            response.ContentType = ContentType;
        }

        foreach (var (name, value) in Headers)
        {
            response.Headers[name] = value;
        }
    }

    private static async Task SendPlainlyAsync(HttpContext http, Reply reply, CancellationToken ct)
    {
        reply.SetHeaders(http.Response);
        http.Response.ContentLength = reply.Body.Length;
        await http.Response.Body.WriteAsync(reply.Body, ct);
    }
}
