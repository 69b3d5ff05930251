namespace Exporter.Hosting;

/// <summary>Short forms for the wiring.</summary>
internal static class ServiceExtensions
{
    /// <summary>Returns a service that is always registered.</summary>
    public static T Get<T>(this IServiceProvider services)
        where T : notnull => services.GetRequiredService<T>();

    /// <summary>Registers a part that runs in the background; the <see cref="Supervisor"/> starts, watches and stops it.</summary>
    public static void AddPart<TPart>(this IServiceCollection services)
        where TPart : class, IHostedService => services.AddSingleton(new BackgroundPart(static provider => provider.Get<TPart>()));
}
