using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Exporter.Telemetry;

/// <summary>Pushes metrics and traces by the OpenTelemetry protocol from the host's start to its stop.</summary>
/// <param name="metrics">Returns all current metrics as requests of the protocol.</param>
/// <param name="client">Creates an HTTP client with a time limit for each request.</param>
internal sealed class OtlpPush(
    OtlpOptions options,
    Func<IEnumerable<byte[]>> metrics,
    Func<TimeSpan, HttpClient> client,
    TimeProvider time,
    OtlpLog log,
    Harmless harmless
) : IHostedService, IDisposable
{
    /// <summary>The time limit of the last push, at the stop: the program ends in time, whatever a receiver does.</summary>
    public static readonly TimeSpan LastPushWithin = TimeSpan.FromSeconds(1.5);

    /// <summary>Each pushes what remains of one signal, and ends its provider.</summary>
    private readonly List<Func<Task>> _endings = [];

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Metrics is { } target)
        {
            // The push owns the sender, which owns the client.
            var push = new MetricsPush(new OtlpSender(target, client(target.Timeout), harmless), metrics, options.Interval, time, log);
            _endings.Add(() => Task.Run(async () => await push.DisposeAsync(), CancellationToken.None));
            log.Pushing("metrics", target.Endpoint);
        }

        if (options.Traces is { } traces)
        {
            // The provider owns the processors, of which the last owns the exporter.
            var provider = Sdk.CreateTracerProviderBuilder()
                .SetResourceBuilder(Resource())
                .AddSource(PollTraces.SourceName)
                .AddProcessor(new HarmlessSpans(harmless))
                .AddProcessor(new BatchActivityExportProcessor(new WatchedTraceExporter(ExporterOptions(traces, client), log)))
                .Build();
            _endings.Add(() => OwnThread.RunAsync("last spans", provider.Dispose));
            log.Pushing("traces", traces.Endpoint);
        }

        return Task.CompletedTask;
    }

    /// <summary>Pushes the remaining data. Abandons a receiver that does not answer in time, together with its provider.</summary>
    public async Task StopAsync(CancellationToken cancellationToken) =>
        await Task.WhenAny(
            Task.WhenAll(_endings.Select(static end => end())),
            Task.Delay(LastPushWithin, TimeProvider.System, cancellationToken)
        );

    public void Dispose() => log.Dispose();

    /// <summary>
    /// Returns the resource that all data belongs to; <c>OTEL_SERVICE_NAME</c> and <c>OTEL_RESOURCE_ATTRIBUTES</c> override it, unless they
    /// hold an API key, which would be shown.
    /// </summary>
    public static ResourceBuilder Resource()
    {
        var resource = ResourceBuilder
            .CreateEmpty()
            .AddTelemetrySdk()
            .AddService(
                "sendgrid-exporter",
                serviceVersion: BuildInfo.Current.Version,
                autoGenerateServiceInstanceId: false,
                serviceInstanceId: Environment.MachineName
            );
        return ResourceVariables.HoldKey ? resource : resource.AddEnvironmentVariableDetector();
    }

    /// <summary>
    /// Returns the exporter's options. Sets every one of them, so that no environment variable unknown to <see cref="OtlpOptions"/> has an
    /// effect.
    /// </summary>
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
