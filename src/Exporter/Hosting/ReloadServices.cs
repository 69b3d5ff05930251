using Exporter.Configuration;
using Exporter.Configuration.Reload;
using Exporter.History;
using Exporter.Polling;
using Exporter.Snapshots;
using Exporter.Telemetry;
using Exporter.Web;

namespace Exporter.Hosting;

/// <summary>Wires the reload: what triggers it, and which room gets which part of the new configuration.</summary>
internal static class ReloadServices
{
    /// <param name="options">The configuration at the start, of all shards.</param>
    /// <param name="serve">The options of the command line.</param>
    /// <param name="signals">Tells about SIGHUP.</param>
    public static void AddReload(this IServiceCollection services, ExporterOptions options, ServeOptions serve, Signals signals)
    {
        var first = serve.FirstRead ?? new ConfigurationResult(options, [], []);
        var source = serve.Source ?? new ReloadSource("memory", () => first);
        services.AddSingleton(provider => new ConfigurationStore(
            Reloader.Initial(source.Name, first, Moment.Now(provider.Get<TimeProvider>())),
            provider.Get<Instruments>().ConfigurationFile
        ));
        services.AddSingleton(provider => new Reloader(
            source,
            first,
            Apply(provider, serve),
            provider.Get<ConfigurationStore>(),
            provider.Get<TimeProvider>(),
            provider.Get<ILogger<Reloader>>()
        )
        {
            Reloading = provider.Get<SystemdNotifier>().Reloading,
            Stopping = provider.Get<IHostApplicationLifetime>().ApplicationStopping,
        });
        services.AddSingleton(provider => new ReloadEndpoint(
            serve.EnableLifecycle,
            () => provider.Get<Reloader>().ReloadAsync("POST /-/reload", isAsked: true)
        ));
        services.AddSingleton(provider => new ConfigurationWatcher(
            provider.Get<Reloader>(),
            signals.Hangups,
            serve.AutoReloadInterval,
            provider.Get<IHostApplicationLifetime>(),
            provider.Get<TimeProvider>()
        ));
        services.AddPart<ConfigurationWatcher>();
    }

    /// <summary>Returns the function that gives every room its part.</summary>
    private static Func<ExporterOptions, Task> Apply(IServiceProvider provider, ServeOptions serve)
    {
        var (threshold, history, polling) = (provider.Get<LogThreshold>(), provider.Get<SavedState>(), provider.Get<PollingService>());
        return async next =>
        {
            threshold.Level = next.Log.InForce;
            history.Reconfigure(next.History);
            await polling.ReloadAsync(
                new PollingPlan(next.Poll, next.OnShard(serve.Shard).Accounts, next.Links),
                history.ReadSavedAsync,
                history.Replace
            );
        };
    }
}
