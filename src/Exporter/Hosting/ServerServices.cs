using Exporter.Disk;
using Exporter.Telemetry;
using Exporter.Web;
using Exporter.Web.Access;
using Exporter.Web.Connections;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Exporter.Hosting;

/// <summary>Wires the HTTP server: where it listens, how many it serves, and whom.</summary>
internal static class ServerServices
{
    /// <param name="serve">The options of the command line.</param>
    /// <param name="listeners">Opens the listeners; <see langword="null"/> uses sockets.</param>
    public static void AddServer(this WebApplicationBuilder builder, ServeOptions serve, IConnectionListenerFactory? listeners)
    {
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.ListenAt(serve));
        builder.Services.AddRoutingCore();
        builder.Services.Configure<SocketTransportOptions>(KestrelLimits.Apply);
        builder.Services.Configure<SocketTransportOptions>(UnixSocketFile.Apply);
        builder.Services.AddSingleton(serve.Place);
        var connections = serve.MaxConnections ?? KestrelLimits.ConnectionsFor(KestrelLimits.Files());
        builder.Services.AddSingleton(new ConnectionTable(connections));
        builder.Services.AddSingleton<IConnectionListenerFactory>(services => new PacedListeners(
            listeners ?? ActivatorUtilities.CreateInstance<SocketTransportFactory>(services),
            connections + KestrelLimits.Leaving
        ));
    }

    public static void AddAccess(this IServiceCollection services, ServeOptions serve)
    {
        services.AddSingleton(provider => new AccessWatch(
            serve.Access,
            serve.ReadAccess,
            OperatorFile.Digest,
            provider.Get<Instruments>().WebConfig,
            provider.Get<TimeProvider>(),
            provider.Get<ILogger<AccessWatch>>()
        ));
        services.AddPart<AccessWatch>();
        services.AddSingleton<BasicAuth>();
        services.AddSingleton<AccessGate>();
        services.AddSingleton<RequestFence>();
    }
}
