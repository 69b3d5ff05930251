using Exporter.Configuration;
using Exporter.Exposition.Otlp;
using Exporter.Snapshots;
using Exporter.Telemetry;

namespace Exporter.Hosting;

/// <summary>Wires what the program reports about itself: log, metrics, and what it pushes.</summary>
internal static class TelemetryServices
{
    public static void AddLog(this ILoggingBuilder logging, ExporterOptions options, ServeOptions serve, Surroundings surroundings)
    {
        var threshold = new LogThreshold(options.Log.InForce);
        logging.Services.AddSingleton(threshold);
        logging.AddLogLines(threshold, serve.LogFormat, surroundings.Harmless);
        if (surroundings.Log is { } log)
        {
            logging.ClearProviders().AddProvider(log);
        }

        if (options.Otlp.Logs is { } lines)
        {
            logging.Services.AddSingleton<ILoggerProvider>(_ => new OtlpLoggerProvider(
                surroundings.Harmless,
                lines,
                surroundings.Outgoing.Client,
                () => surroundings.Signals.TimeLeft
            ));
        }
    }

    public static void AddInstruments(this IServiceCollection services)
    {
        services.AddPlatformMetrics();
        services.AddSingleton(BuildInfo.Current);
        services.AddSingleton(static provider =>
        {
            var (instruments, time) = (new Instruments(), provider.Get<TimeProvider>());
            if (instruments.Process.Age is { } age)
            {
                var start = new Moment(time.GetUtcNow() - age, time);
                instruments.Process.Started(() => start.At);
            }

            return instruments;
        });
        services.AddSingleton(static provider => new Liveness(MachineTime.Awake(provider.Get<TimeProvider>())));
    }

    public static void AddPush(this IServiceCollection services, OtlpOptions options, Surroundings surroundings)
    {
        if (options is { Metrics: null, Traces: null })
        {
            return;
        }

        services.AddSingleton(provider =>
        {
            var (store, build, time) = (provider.Get<SnapshotStore>(), provider.Get<BuildInfo>(), provider.Get<TimeProvider>());
            var start = Moment.Now(time);
            // The push owns the log.
            return new OtlpPush(
                options,
                () =>
                {
                    var (snapshot, now) = store.Read(time);
                    return OtlpMetrics.Encode(snapshot, build, start.At, now);
                },
                surroundings.Outgoing.Client,
                time,
                new OtlpLog(provider.Get<ILogger<OtlpLog>>(), surroundings.Harmless),
                surroundings.Harmless
            );
        });
        services.AddPart<OtlpPush>();
    }
}
