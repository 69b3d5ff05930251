using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Exporter.EndToEnd.Fixtures;

/// <summary>A push as it arrived.</summary>
internal sealed record OtlpRequest(string Path, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    private readonly Lazy<IReadOnlyList<OtlpMetric>> _metrics = new(() => IsOf(Path, "metrics") ? [.. OtlpMetric.Read(Body)] : []);

    /// <summary>Read once, however often a test looks.</summary>
    public IReadOnlyList<OtlpMetric> Metrics => _metrics.Value;

    public bool IsOf(string signal) => IsOf(Path, signal);

    private static bool IsOf(string path, string signal) => path.Contains(signal, StringComparison.OrdinalIgnoreCase);
}

/// <summary>A receiver of OpenTelemetry data on 127.0.0.1, over HTTP/protobuf or gRPC. It decodes the protobuf itself.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<OtlpRequest> _requests = [];

    private OtlpReceiver(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.First());

    /// <summary>What it answers; 0 is no answer at all.</summary>
    public int Status { get; set; } = StatusCodes.Status200OK;

    /// <summary>What it says of a push: as the reason and the body of a refusal, or of the points that it refuses.</summary>
    public string Says { get; set; } = "";

    public IReadOnlyCollection<OtlpRequest> Requests => _requests;

    public IEnumerable<OtlpMetric> Metrics => _requests.SelectMany(static request => request.Metrics);

    public IEnumerable<OtlpSpan> Spans => Of("traces").SelectMany(OtlpSpan.Read);

    public IEnumerable<OtlpLogRecord> LogRecords => Of("logs").SelectMany(OtlpLogRecord.Read);

    public static async Task<OtlpReceiver> StartAsync(bool grpc = false)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder
            .WebHost.UseKestrelCore()
            .ConfigureKestrel(kestrel =>
            {
                kestrel.Limits.MaxRequestBodySize = null;
                kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = grpc ? HttpProtocols.Http2 : HttpProtocols.Http1);
            });
        builder.Services.AddRoutingCore();
        var app = builder.Build();
        var receiver = new OtlpReceiver(app);
        app.Run(receiver.AnswerAsync);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return receiver;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private IEnumerable<byte[]> Of(string signal) =>
        _requests.Where(request => request.IsOf(signal)).Select(static request => request.Body);

    /// <summary>An answer that refuses one point, for a reason.</summary>
    private static byte[] PartialSuccess(byte[] reason)
    {
        byte[] part = [8, 1, 18, .. Varint(reason.Length), .. reason];
        return [10, .. Varint(part.Length), .. part];

        static byte[] Varint(int number) => [(byte)(number | 0x80), (byte)(number >> 7)];
    }

    private async Task AnswerAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        if (Status == 0)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return;
        }

        context.Response.StatusCode = Status;
        if (Status != StatusCodes.Status200OK)
        {
            context.Features.GetRequiredFeature<IHttpResponseFeature>().ReasonPhrase = Says.Length > 0 ? Says : null;
            await context.Response.WriteAsync(Says, context.RequestAborted);
            return;
        }

        var grpc = context.Request.ContentType is "application/grpc";
        var message = body.ToArray();
        if (grpc)
        {
            // A message of gRPC: not compressed, its length, itself.
            Assert.Equal(message.Length - 5, (int)BinaryPrimitives.ReadUInt32BigEndian(message.AsSpan(1)));
            message = message[5..];
        }

        _requests.Enqueue(
            new(
                context.Request.Path.ToString(),
                context.Request.Headers.ToDictionary(
                    header => header.Key,
                    header => header.Value.ToString(),
                    StringComparer.OrdinalIgnoreCase
                ),
                message
            )
        );
        context.Response.ContentType = grpc ? "application/grpc" : "application/x-protobuf";
        if (grpc)
        {
            await context.Response.Body.WriteAsync(new byte[5], context.RequestAborted);
            context.Response.AppendTrailer("grpc-status", Says.Length > 0 ? "16" : "0");
            context.Response.AppendTrailer("grpc-message", Uri.EscapeDataString(Says));
        }
        else if (Says.Length > 0)
        {
            await context.Response.Body.WriteAsync(PartialSuccess(Encoding.UTF8.GetBytes(Says)), context.RequestAborted);
        }
    }
}
