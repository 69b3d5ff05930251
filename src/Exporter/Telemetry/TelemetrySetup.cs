using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace Exporter.Telemetry;

/// <summary>Registers logs and the platform's own telemetry.</summary>
internal static class TelemetrySetup
{
    /// <summary>
    /// Series of one instrument on <c>/internal/metrics</c>; more are summed into one that says so (<c>otel_metric_overflow</c>). The SDK
    /// keeps room for all of them from the start, and for its standard 2000 that would be 10 MB of an idle process.
    /// </summary>
    private const int PlatformSeries = 100;

    /// <summary>A reader that stands still at the end keeps the program no longer: promise 8 allows a stop 5 s in all.</summary>
    private static readonly TimeSpan LastLinesWithin = TimeSpan.FromSeconds(0.25);

    /// <summary>Log lines go to standard error, so that standard output belongs to commands.</summary>
    public static void AddLogLines(this ILoggingBuilder logging, LogThreshold threshold, LogFormat format)
    {
        logging.AddFilter(level => threshold.Lets(level));
        // The frameworks' own lines are for debugging them, not for operators.
        logging.AddFilter("Microsoft", level => threshold.Lets(level, LogLevel.Warning));
        logging.AddFilter("System", level => threshold.Lets(level, LogLevel.Warning));
        // A failed start is told by the command, in one line; the end of a loop after that is critical.
        logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.Critical);
        // It begins an activity and a scope for each request, for lines that are never written.
        logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        logging.AddFilter("Polly", level => threshold.Lets(level, LogLevel.Error));
        logging.Services.AddSingleton<ILoggerProvider>(services => new LogLinesProvider(
            new LineFormatter(format, services.GetService<TimeProvider>() ?? TimeProvider.System),
            Console.OpenStandardError(),
            services.GetRequiredService<Instruments>().LogLineDropped,
            LastLinesWithin
        ));
    }

    /// <summary>Runtime, Kestrel, HttpClient and Polly under their standard OpenTelemetry names, for <c>/internal/metrics</c>.</summary>
    public static void AddPlatformMetrics(this IServiceCollection services) =>
        services
            .AddOpenTelemetry()
            .ConfigureResource(static resource => resource.AddService("sendgrid-exporter", serviceVersion: BuildInfo.Current.Version))
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
