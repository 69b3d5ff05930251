using Exporter.Web.Access;
using Exporter.Web.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Exporter.Hosting;

/// <summary>Configures the addresses of the server, and the layers that every connection passes.</summary>
internal static class Listening
{
    /// <summary>Resolves the addresses and sockets of the command line.</summary>
    /// <param name="serve">The options with the addresses as they were given.</param>
    /// <param name="isPassed"><c>--web.systemd-socket</c>: use systemd's sockets instead of the addresses.</param>
    /// <exception cref="IOException">The program cannot listen there.</exception>
    public static async Task<ServeOptions> FindAsync(
        ServeOptions serve,
        bool isPassed,
        Surroundings surroundings,
        CancellationToken cancellation
    )
    {
        if (!isPassed)
        {
            return serve with
            {
                ListenAddresses = await ListenNames.ResolveAsync(
                    serve.ListenAddresses,
                    surroundings.Resolve,
                    ListenNames.IsOurs,
                    cancellation
                ),
            };
        }

        var trouble =
            SystemdSockets.Read(surroundings.Environment, Environment.ProcessId, out var passed)
            ?? passed.Select(SystemdSockets.TroubleWith).FirstOrDefault(each => each is not null);
        return trouble is null
            ? serve with
            {
                ListenAddresses = [],
                PassedSockets = passed,
            }
            : throw new IOException($"cannot listen: --web.systemd-socket: {trouble}");
    }

    public static void ListenAt(this KestrelServerOptions kestrel, ServeOptions serve)
    {
        KestrelLimits.Apply(kestrel);
        var table = kestrel.ApplicationServices.GetRequiredService<ConnectionTable>();
        var access = kestrel.ApplicationServices.GetRequiredService<AccessWatch>();
        var time = kestrel.ApplicationServices.GetRequiredService<TimeProvider>();
        foreach (var descriptor in serve.PassedSockets)
        {
            kestrel.ListenHandle((ulong)descriptor, Configure);
        }

        foreach (var address in serve.ListenAddresses)
        {
            if (address.SocketPath is { } path)
            {
                kestrel.ListenUnixSocket(path, Configure);
            }
            else if (address.Ip is { } ip)
            {
                kestrel.Listen(ip, address.Port, Configure);
            }
            else
            {
                kestrel.ListenAnyIP(address.Port, Configure);
            }
        }

        void Configure(ListenOptions listen)
        {
            listen.UseTable(table);
            if (access.Current.Tls is not null)
            {
                listen.UseTls(() => access.Current, time);
            }

            listen.UseHeaderOnRefusals();
        }
    }
}
