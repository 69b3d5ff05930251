using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Exporter.Telemetry;

/// <summary>Pushes metrics and traces by the OpenTelemetry protocol from the host's start to its stop.</summary>
/// <param name="options">What, where to, how often.</param>
/// <param name="gauges">Series that go when they are not observed any more.</param>
/// <param name="counters">Totals since the start of the program.</param>
/// <param name="client">Makes an HTTP client with a limit for each request.</param>
/// <param name="log">What the operator reads of it.</param>
internal sealed class OtlpPush(OtlpOptions options, ObservedMeter gauges, ObservedMeter counters, Func<TimeSpan, HttpClient> client, OtlpLog log) : IHostedService, IDisposable
{
    /// <summary>The last push, at the stop, gets no longer: the program ends in time, whatever a receiver does.</summary>
    public static readonly TimeSpan LastPushWithin = TimeSpan.FromSeconds(1.5);

    /// <summary>The most that the library takes: one metric of a million links is one request.</summary>
    private const int MostBytesPerRequest = 256 * 1024 * 1024;

    private readonly List<IDisposable> _providers = [];

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Metrics is { } metrics)
        {
            // Delta forgets a series that was not observed and gives its place to another; of a gauge the receiver sees no temporality.
            // Counters stay cumulative, and so the two need readers, and providers, of their own.
            _providers.Add(Meters(metrics, gauges, MetricReaderTemporalityPreference.Delta));
            _providers.Add(Meters(metrics, counters, MetricReaderTemporalityPreference.Cumulative));
            log.Pushing("metrics", metrics.Endpoint);
        }

        if (options.Traces is { } traces)
        {
#pragma warning disable CA2000 // The provider owns the processor, and that the exporter.
            _providers.Add(Sdk.CreateTracerProviderBuilder()
                .SetResourceBuilder(Resource())
                .AddSource(PollTraces.SourceName)
                .AddProcessor(new BatchActivityExportProcessor(new WatchedTraceExporter(ExporterOptions(traces, client), log)))
                .Build());
#pragma warning restore CA2000
            log.Pushing("traces", traces.Endpoint);
        }

        return Task.CompletedTask;
    }

    /// <summary>Pushes what is left. A receiver that does not answer in time is left behind, and with it the provider.</summary>
    public async Task StopAsync(CancellationToken cancellationToken) =>
        await Task.WhenAny(
            Task.WhenAll(_providers.Select(static provider => Task.Run(provider.Dispose, CancellationToken.None))),
            Task.Delay(LastPushWithin, TimeProvider.System, cancellationToken));

    public void Dispose()
    {
        gauges.Dispose();
        counters.Dispose();
        log.Dispose();
    }

    /// <summary>What all of the data is about; <c>OTEL_SERVICE_NAME</c> and <c>OTEL_RESOURCE_ATTRIBUTES</c> have the last word.</summary>
    public static ResourceBuilder Resource() => ResourceBuilder.CreateEmpty()
        .AddTelemetrySdk()
        .AddService("sendgrid-exporter", serviceVersion: BuildInfo.Current.Version, autoGenerateServiceInstanceId: false, serviceInstanceId: Environment.MachineName)
        .AddEnvironmentVariableDetector();

    /// <summary>Everything is set here, so that a variable which <see cref="OtlpOptions"/> do not know of decides nothing.</summary>
    public static OtlpExporterOptions ExporterOptions(OtlpTarget target, Func<TimeSpan, HttpClient> client) => new()
    {
        Endpoint = target.Endpoint,
        Protocol = target.Protocol == OtlpProtocol.Grpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf,
        Headers = target.Headers.Reveal(),
        TimeoutMilliseconds = (int)target.Timeout.TotalMilliseconds,
        MaxRequestSizeBytes = MostBytesPerRequest,
        UserAgentProductIdentifier = BuildInfo.Current.UserAgent,
        HttpClientFactory = () => client(target.Timeout),
    };

    private MeterProvider Meters(OtlpTarget target, ObservedMeter observed, MetricReaderTemporalityPreference temporality)
    {
#pragma warning disable CA2000 // The provider owns the reader, and that the exporter.
        var reader = new LookingReader(
            new WatchedMetricExporter(ExporterOptions(target, client), observed.SeriesLimit, log),
            observed.Look,
            (int)options.Interval.TotalMilliseconds,
            (int)target.Timeout.TotalMilliseconds)
        {
            TemporalityPreference = temporality,
        };
#pragma warning restore CA2000
        return Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(Resource())
            .AddMeter(observed.Meter.Name)
            .AddView(instrument => new MetricStreamConfiguration { CardinalityLimit = observed.SeriesLimit(instrument.Name) })
            .AddReader(reader)
            .Build();
    }

    /// <summary>Lets the instruments tell of one moment per push.</summary>
    private sealed class LookingReader(BaseExporter<Metric> exporter, Action look, int interval, int timeout)
        : PeriodicExportingMetricReader(exporter, interval, timeout)
    {
        protected override bool OnCollect(int timeoutMilliseconds)
        {
            look();
            return base.OnCollect(timeoutMilliseconds);
        }
    }
}
