using Exporter.Configuration;
using Exporter.Configuration.Reload;
using Exporter.Disk;
using Exporter.Exposition;
using Exporter.Exposition.Gzip;
using Exporter.Exposition.Otlp;
using Exporter.History;
using Exporter.Network;
using Exporter.Polling;
using Exporter.Snapshots;
using Exporter.Telemetry;
using Exporter.Web;
using Exporter.Web.Access;
using Exporter.Web.Connections;
using Exporter.Web.Pages;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Exporter.Hosting;

/// <summary>Wires the program: which rooms there are and what each one gets.</summary>
internal static partial class ExporterHost
{
    /// <param name="options">The configuration, the same for every shard.</param>
    /// <param name="host">The options of the command line.</param>
    /// <param name="surroundings">The program's environment; the real one by default.</param>
    public static WebApplication Build(ExporterOptions options, ServeOptions host, Surroundings? surroundings = null)
    {
        surroundings ??= new Surroundings();
        // An empty builder, because the framework's own files and variables (appsettings.json, ASPNETCORE_URLS) must not configure this
        // program.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.ListenAt(host));
        builder.Services.Configure<SocketTransportOptions>(KestrelLimits.Apply);
        builder.Services.Configure<SocketTransportOptions>(UnixSocketFile.Apply);
        builder.Services.AddSingleton(host.Place);
        var threshold = new LogThreshold(options.Log.InForce);
        builder.Services.AddSingleton(threshold);
        builder.Logging.AddLogLines(threshold, host.LogFormat);
        if (surroundings.Log is { } log)
        {
            builder.Logging.ClearProviders().AddProvider(log);
        }

        if (options.Otlp.Logs is { } lines)
        {
            builder.Logging.Services.AddSingleton<ILoggerProvider>(_ => new OtlpLoggerProvider(
                lines,
                surroundings.Outgoing.Client,
                () => surroundings.Signals.TimeLeft
            ));
        }

        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<IHostLifetime, ProgramLifetime>();
        builder.Services.Configure<Microsoft.Extensions.Hosting.HostOptions>(static generic =>
        {
            // A slow scrape may use all of this time without taking any of it from the last save.
            generic.ShutdownTimeout = Supervisor.StopWithin;
            generic.ServicesStopConcurrently = true;
        });
        builder.Services.AddPlatformMetrics();

        builder.Services.AddSingleton(surroundings.Time);
        builder.Services.AddSingleton(BuildInfo.Current);
        builder.Services.AddSingleton<Instruments>();
        var whole = options;
        options = options.OnShard(host.Shard);
        builder.Services.AddSingleton(services => History(services, options, host.StoragePath));
        builder.Services.AddSingleton(services => new PollingPlan(options.Poll, options.Accounts, options.Links)
        {
            Saved = services
                .GetRequiredService<HistoryService>()
                .Restore(services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping),
        });
        builder.Services.AddSingleton(static services => new SnapshotStore(
            services.GetRequiredService<PollingPlan>().CreateSnapshot(services.GetRequiredService<TimeProvider>().GetUtcNow())
        ));
        builder.Services.AddSingleton(_ => surroundings.CreateApiClient());
        builder.Services.AddSingleton<Liveness>();
        builder.Services.AddSingleton<PollingService>();

        // Registered before the polling, and therefore stopped after it: the last walk is pushed.
        if (options.Otlp is { Metrics: not null } or { Traces: not null })
        {
            builder.Services.AddSingleton(services => Push(services, options, surroundings.Outgoing));
            builder.Services.AddPart<OtlpPush>();
        }

        // Registered before the polling, and therefore stopped after it: the last walk is saved.
        builder.Services.AddSingleton(
            new BackgroundPart(static services =>
            {
                var history = services.GetRequiredService<HistoryService>();
                history.Source = services.GetRequiredService<SnapshotStore>();
                history.Late = services.GetRequiredService<PollingService>().Resume;
                return history;
            })
        );
        builder.Services.AddPart<PollingService>();
        builder.Services.AddSingleton<PageCompactor>();
        builder.Services.AddPart<PageCompactor>();
        builder.AddAccess(host, surroundings.Listeners);
        builder.AddReload(whole, host, surroundings.Signals);
        builder.AddSystemd(surroundings.Environment);
        builder.Services.AddSingleton<Supervisor>();
        builder.Services.AddHostedService(static services => services.GetRequiredService<Supervisor>());
        builder.Services.AddSingleton<MetricsPage>();
        builder.Services.AddSingleton<HistoryEndpoint>();
        builder.Services.AddSingleton<StatusInputsProvider>();
        builder.Services.AddSingleton<OutlierCache>();
        builder.Services.AddSingleton<StatusEndpoint>();
        builder.Services.AddSingleton(services => new MetricsEndpoint(
            services.GetRequiredService<MetricsPage>(),
            host.MaxRequests,
            services.GetRequiredService<TimeProvider>()
        ));

        var app = builder.Build();
        app.MapExporter(host.Place);
        app.TellSystemd();
        app.Lifetime.ApplicationStopping.Register(() => surroundings.Signals.BeginStop(HasFailed(app) ? ExitCode.Fatal : ExitCode.Good));
        app.Services.GetRequiredService<Instruments>().RunsAs(host.Shard.Index, host.Shard.Total);
        return app;
    }

    /// <inheritdoc cref="Supervisor.HasFailed"/>
    public static bool HasFailed(WebApplication app) => app.Services.GetRequiredService<Supervisor>().HasFailed;

    /// <summary>Logs the addresses on which it listens: with port 0 they are not known earlier.</summary>
    public static void Announce(WebApplication app)
    {
        var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(Endpoints).FullName!);
        var place = app.Services.GetRequiredService<PublicPlace>();
        foreach (var address in app.Urls)
        {
            LogListening(logger, place.UrlOf(address));
        }
    }

    private static void AddAccess(this WebApplicationBuilder builder, ServeOptions host, IConnectionListenerFactory? listeners)
    {
        builder.Services.AddSingleton(services => new AccessWatch(
            host.Access,
            host.ReadAccess,
            OperatorFile.Digest,
            services.GetRequiredService<Instruments>().WebConfig,
            services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<ILogger<AccessWatch>>()
        ));
        builder.Services.AddPart<AccessWatch>();
        builder.Services.AddSingleton<BasicAuth>();
        builder.Services.AddSingleton<AccessGate>();
        builder.Services.AddSingleton<RequestFence>();
        var connections = host.MaxConnections ?? KestrelLimits.ConnectionsFor(KestrelLimits.Files());
        builder.Services.AddSingleton(new ConnectionTable(connections));
        builder.Services.AddSingleton<IConnectionListenerFactory>(services => new PacedListeners(
            listeners ?? ActivatorUtilities.CreateInstance<SocketTransportFactory>(services),
            connections + KestrelLimits.Leaving
        ));
    }

    private static void AddReload(this WebApplicationBuilder builder, ExporterOptions options, ServeOptions host, Signals signals)
    {
        var first = host.FirstRead ?? new ConfigurationResult(options, [], []);
        var source = host.Source ?? new ReloadSource("memory", () => first);
        builder.Services.AddSingleton(services => new ConfigurationStore(
            Reloader.Initial(source.Name, first, Moment.Now(services.GetRequiredService<TimeProvider>())),
            services.GetRequiredService<Instruments>().ConfigurationFile
        ));
        builder.Services.AddSingleton(services =>
        {
            var (history, polling) = (services.GetRequiredService<HistoryService>(), services.GetRequiredService<PollingService>());
            return new Reloader(
                source,
                first,
                next =>
                {
                    services.GetRequiredService<LogThreshold>().Level = next.Log.InForce;
                    var mine = next.OnShard(host.Shard).Accounts;
                    var saved = history.Reconfigure(next.History, next.Links, [.. mine.Select(account => account.Identity)]);
                    return polling.ReloadAsync(new PollingPlan(next.Poll, mine, next.Links) { Saved = saved });
                },
                services.GetRequiredService<ConfigurationStore>(),
                services.GetRequiredService<TimeProvider>(),
                services.GetRequiredService<ILogger<Reloader>>()
            )
            {
                Reloading = services.GetRequiredService<SystemdNotifier>().Reloading,
                Stopping = services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping,
            };
        });
        builder.Services.AddSingleton(services => new ReloadEndpoint(
            host.EnableLifecycle,
            () => services.GetRequiredService<Reloader>().ReloadAsync("POST /-/reload", isAsked: true)
        ));
        builder.Services.AddSingleton(services => new ConfigurationWatcher(
            services.GetRequiredService<Reloader>(),
            signals.Hangups,
            host.AutoReloadInterval,
            services.GetRequiredService<IHostApplicationLifetime>(),
            services.GetRequiredService<TimeProvider>()
        ));
        builder.Services.AddPart<ConfigurationWatcher>();
    }

    private static void AddSystemd(this WebApplicationBuilder builder, Func<string, string?> environment)
    {
        builder.Services.AddSingleton(SystemdNotifier.FromEnvironment(environment));
        if (SystemdNotifier.Watchdog(environment, Environment.ProcessId) is { } patience)
        {
            builder.Services.AddSingleton(services => new SystemdWatchdog(
                services.GetRequiredService<SystemdNotifier>(),
                services.GetRequiredService<Liveness>(),
                patience,
                services.GetRequiredService<TimeProvider>(),
                services.GetRequiredService<ILogger<SystemdWatchdog>>()
            ));
            builder.Services.AddPart<SystemdWatchdog>();
        }
    }

    private static void TellSystemd(this WebApplication app)
    {
        var notifier = app.Services.GetRequiredService<SystemdNotifier>();
        app.Lifetime.ApplicationStarted.Register(notifier.Ready);
        app.Lifetime.ApplicationStopping.Register(notifier.Stopping);
    }

    /// <summary>Registers a part that runs in the background; the <see cref="Supervisor"/> starts, watches and stops it.</summary>
    private static void AddPart<TPart>(this IServiceCollection services)
        where TPart : class, IHostedService =>
        services.AddSingleton(new BackgroundPart(static provider => provider.GetRequiredService<TPart>()));

    private static HistoryService History(IServiceProvider services, ExporterOptions options, string path) =>
        new(
            path,
            options.History,
            [.. options.Accounts.Select(account => account.Identity)],
            options.Links,
            services.GetRequiredService<Instruments>().State,
            services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<ILogger<HistoryService>>()
        );

    private static OtlpPush Push(IServiceProvider services, ExporterOptions options, Outgoing outgoing)
    {
        var (store, build, time) = (
            services.GetRequiredService<SnapshotStore>(),
            services.GetRequiredService<BuildInfo>(),
            services.GetRequiredService<TimeProvider>()
        );
        var start = Moment.Now(time);
#pragma warning disable CA2000 // The push owns it.
        return new(
            options.Otlp,
            () =>
            {
                var (snapshot, now) = store.Read(time);
                return OtlpMetrics.Encode(snapshot, build, start.At, now);
            },
            outgoing.Client,
            time,
            new OtlpLog(services.GetRequiredService<ILogger<OtlpLog>>())
        );
#pragma warning restore CA2000
    }

    [LoggerMessage(LogLevel.Information, "Listening.")]
    private static partial void LogListening(ILogger logger, string address);
}
