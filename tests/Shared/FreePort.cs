using System.Net;
using System.Net.Sockets;

namespace Exporter.Shared;

/// <summary>A port of 127.0.0.1 for a program that cannot choose one itself.</summary>
internal static class FreePort
{
    /// <summary>Nobody listens on it now; another program may take it before it is used.</summary>
    public static int Find()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
