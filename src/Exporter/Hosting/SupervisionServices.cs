using Exporter.Telemetry;

namespace Exporter.Hosting;

/// <summary>Wires who starts, watches and stops the parts of the program, and what the service manager hears of it.</summary>
internal static class SupervisionServices
{
    public static void AddSupervision(this IServiceCollection services)
    {
        services.AddSingleton<IHostLifetime, ProgramLifetime>();
        services.Configure<HostOptions>(static generic =>
        {
            // A slow scrape may use all of this time without taking any of it from the last save.
            generic.ShutdownTimeout = Supervisor.PartsStopWithin;
            generic.ServicesStopConcurrently = true;
        });
        services.AddSingleton<Supervisor>();
        services.AddHostedService(static provider => provider.Get<Supervisor>());
    }

    public static void AddSystemd(this IServiceCollection services, Func<string, string?> environment)
    {
        services.AddSingleton(SystemdNotifier.FromEnvironment(environment));
        if (SystemdNotifier.Watchdog(environment, Environment.ProcessId) is { } patience)
        {
            services.AddSingleton(provider => new SystemdWatchdog(
                provider.Get<SystemdNotifier>(),
                provider.Get<Liveness>(),
                patience,
                provider.Get<TimeProvider>(),
                provider.Get<ILogger<SystemdWatchdog>>()
            ));
            services.AddPart<SystemdWatchdog>();
        }
    }

    /// <summary>Tells systemd when the program is ready and when it stops.</summary>
    public static void NotifySystemd(this WebApplication app)
    {
        var notifier = app.Services.Get<SystemdNotifier>();
        app.Lifetime.ApplicationStarted.Register(notifier.Ready);
        app.Lifetime.ApplicationStopping.Register(notifier.Stopping);
    }
}
