using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;

namespace Exporter.Telemetry;

/// <summary>
/// Sends metrics to a receiver over HTTP or gRPC, as the OpenTelemetry protocol specifies (1.x, OTLP/HTTP and OTLP/gRPC).
/// </summary>
/// <param name="http">A client with the target's time limit.</param>
internal sealed class OtlpSender(OtlpTarget target, HttpClient http, Harmless harmless) : IDisposable
{
    private const string Export = "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export";

    /// <summary>The size of the prefix of a gRPC message: the compression flag and the length.</summary>
    private const int PrefixSize = 5;

    /// <summary>The most that the log shows of what a receiver says.</summary>
    public const int LongestReason = 300;

    private readonly bool _isGrpc = target.Protocol == OtlpProtocol.Grpc;

    /// <returns>The reason why the receiver lacks the data; <see langword="null"/> when it has them.</returns>
    /// <exception cref="HttpRequestException">No answer came.</exception>
    /// <exception cref="OperationCanceledException">No answer came in time.</exception>
    public async Task<string?> SendAsync(byte[] message, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Post,
            _isGrpc ? new Uri(target.Endpoint.GetLeftPart(UriPartial.Path).TrimEnd('/') + Export) : target.Endpoint
        )
        {
            Content = new ByteArrayContent(_isGrpc ? Framed(message) : message)
            {
                Headers = { ContentType = new MediaTypeHeaderValue(_isGrpc ? "application/grpc" : "application/x-protobuf") },
            },
            Version = _isGrpc ? HttpVersion.Version20 : HttpVersion.Version11,
            VersionPolicy = _isGrpc ? HttpVersionPolicy.RequestVersionExact : HttpVersionPolicy.RequestVersionOrLower,
        };
        request.Headers.TryAddWithoutValidation("User-Agent", BuildInfo.Current.UserAgent);
        foreach (var (name, value) in target.Headers.Reveal())
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (_isGrpc)
        {
            request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        }

        using var response = await http.SendAsync(request, cancellation);
        if (!response.IsSuccessStatusCode)
        {
            return $"the receiver answered {(int)response.StatusCode} ({response.StatusCode})";
        }

        var answer = await response.Content.ReadAsByteArrayAsync(cancellation);
        return (_isGrpc ? DescribeRefusal(response) : null)
            ?? OtlpAnswer.Rejection(answer.AsSpan(_isGrpc ? Math.Min(PrefixSize, answer.Length) : 0), harmless);
    }

    public void Dispose() => http.Dispose();

    /// <summary>Returns the beginning of what is said of a push, without the secrets that the receiver was given.</summary>
    public string Beginning(string text) => harmless.Beginning(text, LongestReason);

    /// <summary>
    /// Describes a gRPC status that reports a failure. The status follows the answer, or precedes it when the answer is empty.
    /// </summary>
    private string? DescribeRefusal(HttpResponseMessage response)
    {
        var status = Trailer(response, "grpc-status");
        if (status is "0")
        {
            return null;
        }

        var message = Uri.UnescapeDataString(Trailer(response, "grpc-message") ?? "");
        return $"the receiver answered grpc-status {status ?? "nothing"} {Beginning(message)}".TrimEnd();
    }

    private static string? Trailer(HttpResponseMessage response, string name) =>
        response.TrailingHeaders.TryGetValues(name, out var values) || response.Headers.TryGetValues(name, out values)
            ? values.FirstOrDefault()
            : null;

    private static byte[] Framed(byte[] message)
    {
        var framed = new byte[PrefixSize + message.Length];
        BinaryPrimitives.WriteUInt32BigEndian(framed.AsSpan(1), (uint)message.Length);
        message.CopyTo(framed, PrefixSize);
        return framed;
    }
}
