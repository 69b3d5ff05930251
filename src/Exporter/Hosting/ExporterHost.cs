using Exporter.Configuration;
using Exporter.Telemetry;
using Exporter.Web;

namespace Exporter.Hosting;

/// <summary>The table of contents of the program: which parts there are, and what each one gets.</summary>
internal static partial class ExporterHost
{
    /// <param name="options">The configuration, the same for every shard.</param>
    /// <param name="serve">The options of the command line.</param>
    /// <param name="surroundings">The program's environment; the real one by default.</param>
    public static WebApplication Build(ExporterOptions options, ServeOptions serve, Surroundings? surroundings = null)
    {
        surroundings ??= new Surroundings();
        surroundings.Harmless.Learn(options.Otlp);
        var mine = options.OnShard(serve.Shard);

        // An empty builder, because the framework's own files and variables (appsettings.json, ASPNETCORE_URLS) must not configure this
        // program.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(surroundings.Time);
        builder.Logging.AddLog(options, serve, surroundings);
        builder.Services.AddInstruments();
        builder.AddServer(serve, surroundings.Listeners);
        builder.Services.AddSupervision();

        // Background parts start in this order and stop in the reverse one. So the last walk is pushed and saved after the polling stopped.
        builder.Services.AddPush(mine.Otlp, surroundings);
        builder.Services.AddHistory(mine, serve.StoragePath);
        builder.Services.AddPolling(mine, surroundings);
        builder.Services.AddPages();
        builder.Services.AddAccess(serve);
        builder.Services.AddReload(options, serve, surroundings.Signals);
        builder.Services.AddSystemd(surroundings.Environment);

        var app = builder.Build();
        app.MapExporter(serve.Place, serve.MaxRequests);
        app.NotifySystemd();
        app.Lifetime.ApplicationStopping.Register(() => surroundings.Signals.BeginStop(HasFailed(app) ? ExitCode.Fatal : ExitCode.Good));
        app.Services.Get<Instruments>().RunsAs(serve.Shard.Index, serve.Shard.Total);
        return app;
    }

    /// <inheritdoc cref="Supervisor.HasFailed"/>
    public static bool HasFailed(WebApplication app) => app.Services.Get<Supervisor>().HasFailed;

    /// <summary>Logs the addresses on which it listens: with port 0 they are not known earlier.</summary>
    public static void Announce(WebApplication app)
    {
        var logger = app.Services.Get<ILoggerFactory>().CreateLogger(typeof(Endpoints).FullName!);
        var place = app.Services.Get<PublicAddresses>();
        foreach (var address in app.Urls)
        {
            LogListening(logger, place.UrlOf(address));
        }
    }

    [LoggerMessage(LogLevel.Information, "Listening.")]
    private static partial void LogListening(ILogger logger, string address);
}
