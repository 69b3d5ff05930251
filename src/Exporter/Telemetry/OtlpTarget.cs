namespace Exporter.Telemetry;

/// <summary>Where one signal is pushed to, and how.</summary>
/// <param name="Endpoint">The whole URL: with <c>/v1/metrics</c> and the like for HTTP, without a path for gRPC.</param>
/// <param name="Headers">The headers of each request.</param>
/// <param name="Timeout">The time after which a push is given up.</param>
internal sealed record OtlpTarget(Uri Endpoint, OtlpProtocol Protocol, OtlpHeaders Headers, TimeSpan Timeout)
{
    /// <summary>The default of the OpenTelemetry specification.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Returns the target of one signal at a receiver of all signals.</summary>
    /// <param name="signal"><c>metrics</c>, <c>traces</c> or <c>logs</c>.</param>
    public OtlpTarget For(string signal) =>
        Protocol == OtlpProtocol.Grpc
            ? this
            : this with
            {
                Endpoint = new Uri($"{Endpoint.GetLeftPart(UriPartial.Path).TrimEnd('/')}/v1/{signal}"),
            };

    /// <summary>Returns the receiver of all signals that has this target of one signal; <see langword="null"/> when none has.</summary>
    public OtlpTarget? Common(string signal)
    {
        if (Protocol == OtlpProtocol.Grpc)
        {
            return this;
        }

        var (whole, path) = (Endpoint.AbsoluteUri, $"/v1/{signal}");
        return
            whole.EndsWith(path, StringComparison.Ordinal)
            && this with { Endpoint = new Uri(whole[..^path.Length]) } is { } common
            && common.For(signal) == this
            ? common
            : null;
    }
}
