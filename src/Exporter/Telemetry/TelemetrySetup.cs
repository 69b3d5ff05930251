using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace Exporter.Telemetry;

/// <summary>Registers the log and the platform's own telemetry.</summary>
internal static class TelemetrySetup
{
    /// <summary>
    /// The most series of one instrument on <c>/internal/metrics</c>; the rest are summed into one that is marked
    /// <c>otel_metric_overflow</c>. The SDK allocates them all at the start; its default of 2000 would take 10 MB of an idle process.
    /// </summary>
    private const int PlatformSeries = 100;

    /// <summary>The time for the last lines when the reader of standard error stands still. Promise 8 allows a stop 5 s in all.</summary>
    private static readonly TimeSpan LastLinesWithin = TimeSpan.FromSeconds(0.25);

    /// <summary>Writes log lines to standard error; standard output belongs to commands.</summary>
    public static void AddLogLines(this ILoggingBuilder logging, LogThreshold threshold, LogFormat format, Harmless harmless)
    {
        logging.AddFilter(level => threshold.Lets(level));
        // The frameworks' own lines serve to debug the frameworks. Operators do not need them.
        logging.AddFilter("Microsoft", level => threshold.Lets(level, LogLevel.Warning));
        logging.AddFilter("System", level => threshold.Lets(level, LogLevel.Warning));
        // The command reports a failed start, in one line. A loop that ends later is critical.
        logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.Critical);
        // This source begins an activity and a scope for each request, for lines that are never written.
        logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        logging.AddFilter("Polly", level => threshold.Lets(level, LogLevel.Error));
        logging.Services.AddSingleton<ILoggerProvider>(services => new LogLinesProvider(
            harmless,
            new LineFormatter(format, services.GetService<TimeProvider>() ?? TimeProvider.System),
            Console.OpenStandardError(),
            services.GetRequiredService<Instruments>().LogLineDropped,
            LastLinesWithin
        ));
    }

    /// <summary>
    /// Collects metrics of runtime, Kestrel, HttpClient and Polly under their standard OpenTelemetry names, for <c>/internal/metrics</c>.
    /// </summary>
    public static void AddPlatformMetrics(this IServiceCollection services) =>
        services
            .AddOpenTelemetry()
            .ConfigureResource(static resource =>
                (ResourceVariables.HoldKey ? resource.Clear().AddTelemetrySdk() : resource).AddService(
                    "sendgrid-exporter",
                    serviceVersion: BuildInfo.Current.Version
                )
            )
            .WithMetrics(static metrics =>
                metrics
                    .AddMeter(
                        "System.Runtime",
                        "System.Net.Http",
                        "System.Net.NameResolution",
                        "Microsoft.AspNetCore.Hosting",
                        "Microsoft.AspNetCore.Server.Kestrel",
                        "Polly"
                    )
                    .AddView("*", new MetricStreamConfiguration { CardinalityLimit = PlatformSeries })
                    .AddPrometheusExporter()
            );
}
