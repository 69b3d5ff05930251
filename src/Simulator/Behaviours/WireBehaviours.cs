using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using static Simulator.Behaviour;

namespace Simulator;

/// <summary>Changes an answer on its way: headers, bytes, connection.</summary>
internal static class WireBehaviours
{
    public static IEnumerable<Behaviour> Table =>
        [
            At(
                    Stage.Wire,
                    "hang",
                    "sends nothing and keeps the connection open, or stops in the middle of the body",
                    (x, rule) => x.Reply = Hanging(x.Reply!, afterHalf: rule.Text is "body")
                )
                .With("where", "silent", "silent", "body"),
            At(
                Stage.Wire,
                "reset-mid-body",
                "closes the connection in the middle of the body",
                HasBody,
                (x, _) => x.Reply!.Sending = ResetAsync
            ),
            At(
                Stage.Wire,
                "truncated-json",
                "sends half of the JSON and says that it is all",
                HasBody,
                (x, _) => x.Reply!.Body = x.Reply.Body[..(x.Reply.Body.Length / 2)]
            ),
            At(
                Stage.Wire,
                "charset-utf8",
                "spells the content type's charset \"utf8\"",
                HasBody,
                (x, _) => x.Reply!.ContentType += "; charset=utf8"
            ),
            At(
                Stage.Wire,
                "gzip",
                "compresses the body when asked to",
                (x, rule) =>
                    HasBody(x, rule)
                    && x.Http.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.OrdinalIgnoreCase),
                (x, _) => Compress(x.Reply!)
            ),
            At(
                Stage.Wire,
                "bom",
                "begins the body with a byte order mark",
                HasBody,
                (x, _) => x.Reply!.Body = [.. Encoding.UTF8.Preamble, .. x.Reply.Body]
            ),
            At(
                Stage.Wire,
                "chunked",
                "sends the body in small chunks without saying its length",
                HasBody,
                (x, _) => x.Reply!.Sending = SendInChunksAsync
            ),
            At(
                    Stage.Wire,
                    "csv-as-json",
                    "gives the CSV as a JSON string, or as text/plain or text/csv",
                    (x, _) => x.Reply is { Status: 200, ContentType: "text/csv" },
                    (x, rule) => Retype(x, rule.Text)
                )
                .With("as what", "json", "json", "plain", "csv"),
        ];

    private static bool HasBody(Exchange exchange, ActiveBehaviour rule) => exchange.Reply!.Body.Length > 1;

    private static Reply Hanging(Reply reply, bool afterHalf)
    {
        var hanging = new Reply(afterHalf ? reply.Status : Reply.Nothing, reply.ContentType, reply.Body);
        hanging.Sending = async (http, _, ct) =>
        {
            if (afterHalf)
            {
                await SendHalfAsync(http, hanging, ct);
            }

            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, ct);
        };
        return hanging;
    }

    private static async Task ResetAsync(HttpContext http, Reply reply, CancellationToken ct)
    {
        await SendHalfAsync(http, reply, ct);
        http.Abort();
    }

    private static async Task SendHalfAsync(HttpContext http, Reply reply, CancellationToken ct)
    {
        reply.SetHeaders(http.Response);
        http.Response.ContentLength = reply.Body.Length;
        await http.Response.Body.WriteAsync(reply.Body.AsMemory(0, reply.Body.Length / 2), ct);
        await http.Response.Body.FlushAsync(ct);
    }

    private static async Task SendInChunksAsync(HttpContext http, Reply reply, CancellationToken ct)
    {
        reply.SetHeaders(http.Response);
        foreach (var chunk in reply.Body.Chunk(512))
        {
            await http.Response.Body.WriteAsync(chunk, ct);
            await http.Response.Body.FlushAsync(ct);
        }
    }

    private static void Compress(Reply reply)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest))
        {
            gzip.Write(reply.Body);
        }

        reply.Body = compressed.ToArray();
        reply.Headers["Content-Encoding"] = "gzip";
    }

    private static void Retype(Exchange exchange, string type)
    {
        var reply = exchange.Reply!;
        if (type is "json")
        {
            reply.Body = Reply.Json(200, JsonValue.Create(Encoding.UTF8.GetString(reply.Body))).Body;
        }

        reply.ContentType = type switch
        {
            "json" => Reply.JsonType,
            "plain" => "text/plain",
            _ => "text/csv",
        };
    }
}
