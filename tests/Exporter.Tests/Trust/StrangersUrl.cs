using System.Net;
using System.Net.Sockets;

namespace Exporter.Tests.Trust;

/// <summary>A URL on this machine that a certificate may point to. It counts who comes, and says nothing to them.</summary>
internal sealed class StrangersUrl : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public StrangersUrl() => _listener.Start();

    public Uri Url => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/issuer");

    /// <summary>Whether anybody has come: connections wait in the system's queue.</summary>
    public bool WasAsked => _listener.Pending();

    public void Dispose() => _listener.Dispose();
}
