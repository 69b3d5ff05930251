using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Exporter.Telemetry;

/// <summary>Pushes metrics and traces by the OpenTelemetry protocol from the host's start to its stop.</summary>
/// <param name="options">What, where to, how often.</param>
/// <param name="metrics">All metrics as they are now, in requests of the protocol.</param>
/// <param name="client">Makes an HTTP client with a limit for each request.</param>
/// <param name="time">The clock.</param>
/// <param name="log">What the operator reads of it.</param>
internal sealed class OtlpPush(
    OtlpOptions options,
    Func<IEnumerable<byte[]>> metrics,
    Func<TimeSpan, HttpClient> client,
    TimeProvider time,
    OtlpLog log
) : IHostedService, IDisposable
{
    /// <summary>The last push, at the stop, gets no longer: the program ends in time, whatever a receiver does.</summary>
    public static readonly TimeSpan LastPushWithin = TimeSpan.FromSeconds(1.5);

    private readonly List<IDisposable> _providers = [];

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Metrics is { } target)
        {
#pragma warning disable CA2000 // The push owns the sender, and that the client.
            _providers.Add(new MetricsPush(new OtlpSender(target, client(target.Timeout)), metrics, options.Interval, time, log));
#pragma warning restore CA2000
            log.Pushing("metrics", target.Endpoint);
        }

        if (options.Traces is { } traces)
        {
#pragma warning disable CA2000 // The provider owns the processor, and that the exporter.
            _providers.Add(
                Sdk.CreateTracerProviderBuilder()
                    .SetResourceBuilder(Resource())
                    .AddSource(PollTraces.SourceName)
                    .AddProcessor(new BatchActivityExportProcessor(new WatchedTraceExporter(ExporterOptions(traces, client), log)))
                    .Build()
            );
#pragma warning restore CA2000
            log.Pushing("traces", traces.Endpoint);
        }

        return Task.CompletedTask;
    }

    /// <summary>Pushes what is left. A receiver that does not answer in time is left behind, and with it the provider.</summary>
    public async Task StopAsync(CancellationToken cancellationToken) =>
        await Task.WhenAny(
            Task.WhenAll(_providers.Select(static provider => Task.Run(provider.Dispose, CancellationToken.None))),
            Task.Delay(LastPushWithin, TimeProvider.System, cancellationToken)
        );

    public void Dispose() => log.Dispose();

    /// <summary>What all of the data is about; <c>OTEL_SERVICE_NAME</c> and <c>OTEL_RESOURCE_ATTRIBUTES</c> have the last word.</summary>
    public static ResourceBuilder Resource() =>
        ResourceBuilder
            .CreateEmpty()
            .AddTelemetrySdk()
            .AddService(
                "sendgrid-exporter",
                serviceVersion: BuildInfo.Current.Version,
                autoGenerateServiceInstanceId: false,
                serviceInstanceId: Environment.MachineName
            )
            .AddEnvironmentVariableDetector();

    /// <summary>Everything is set here, so that a variable which <see cref="OtlpOptions"/> do not know of decides nothing.</summary>
    public static OtlpExporterOptions ExporterOptions(OtlpTarget target, Func<TimeSpan, HttpClient> client) =>
        new()
        {
            Endpoint = target.Endpoint,
            Protocol = target.Protocol == OtlpProtocol.Grpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf,
            Headers = target.Headers.Encoded(),
            TimeoutMilliseconds = (int)target.Timeout.TotalMilliseconds,
            UserAgentProductIdentifier = BuildInfo.Current.UserAgent,
            HttpClientFactory = () => client(target.Timeout),
        };
}
