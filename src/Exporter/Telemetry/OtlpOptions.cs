namespace Exporter.Telemetry;

/// <summary>
/// What is pushed by the OpenTelemetry protocol, and where to. A signal without a target is not pushed and costs nothing.
/// </summary>
internal sealed record OtlpOptions
{
    /// <summary>Nothing is pushed.</summary>
    public static readonly OtlpOptions Off = new();

    public OtlpTarget? Metrics { get; init; }

    /// <summary>A span for each poll and below it one for each request.</summary>
    public OtlpTarget? Traces { get; init; }

    /// <summary>The lines of the log.</summary>
    public OtlpTarget? Logs { get; init; }

    /// <summary>Time between two pushes of the metrics, 1 s to 24 h. Default 60 s.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(60);
}

/// <summary>Where one signal is pushed to.</summary>
/// <param name="Endpoint">The whole URL: with <c>/v1/metrics</c> and the like for HTTP, without a path for gRPC.</param>
/// <param name="Protocol">How.</param>
/// <param name="Headers">Sent with each request.</param>
/// <param name="Timeout">After that a push is given up.</param>
internal sealed record OtlpTarget(Uri Endpoint, OtlpProtocol Protocol, OtlpHeaders Headers, TimeSpan Timeout)
{
    /// <summary>The standard's default.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(10);

    /// <summary>The target of one signal at a receiver of all of them.</summary>
    /// <param name="signal"><c>metrics</c>, <c>traces</c> or <c>logs</c>.</param>
    public OtlpTarget For(string signal) =>
        Protocol == OtlpProtocol.Grpc
            ? this
            : this with
            {
                Endpoint = new Uri($"{Endpoint.GetLeftPart(UriPartial.Path).TrimEnd('/')}/v1/{signal}"),
            };
}

/// <summary>The transports of the protocol.</summary>
internal enum OtlpProtocol
{
    Grpc,

    HttpProtobuf,
}
