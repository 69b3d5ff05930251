namespace Exporter.Telemetry;

/// <summary>What is pushed by the OpenTelemetry protocol, and where to. A signal without a target is not pushed and costs nothing.</summary>
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

    /// <summary>Bounds of <see cref="MaxSeries"/>.</summary>
    public const int LeastSeries = 2000;

    /// <inheritdoc cref="LeastSeries"/>
    public const int MostSeries = 10_000_000;

    /// <summary>
    /// Series that one metric of links may have, 2,000 to 10,000,000; a metric without links may have a tenth of it.
    /// <see langword="null"/> is 100,000, or more when that many links are listed (<see cref="SeriesFor"/>).
    /// </summary>
    public int? MaxSeries { get; init; }

    /// <summary>The limit in force.</summary>
    /// <param name="linksListed">The links that the configuration allows for what it lists by id.</param>
    public int SeriesFor(long linksListed) => MaxSeries ?? (int)Math.Clamp(linksListed, 100_000, MostSeries);
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
        Protocol == OtlpProtocol.Grpc ? this : this with { Endpoint = new Uri($"{Endpoint.GetLeftPart(UriPartial.Path).TrimEnd('/')}/v1/{signal}") };
}

/// <summary>The transports of the protocol.</summary>
internal enum OtlpProtocol
{
    Grpc,

    HttpProtobuf,
}
