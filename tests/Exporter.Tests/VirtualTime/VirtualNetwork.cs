using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Exporter.Tests.VirtualTime;

/// <summary>
/// A loopback network inside of this process: servers listen on ports of it, clients connect to them, and the bytes are those of HTTP.
/// Nothing is ever on its way in the kernel, where <see cref="Quiet"/> could not see it.
/// </summary>
internal sealed class VirtualNetwork : IConnectionListenerFactory
{
    private readonly ConcurrentDictionary<int, VirtualListener> _listeners = new();
    private int _lastPort = 40_000;

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(Bind((IPEndPoint)endpoint));

    /// <summary>Listens on a port; 0 is a free one.</summary>
    public IConnectionListener Bind(IPEndPoint endpoint)
    {
        var port = endpoint.Port == 0 ? Interlocked.Increment(ref _lastPort) : endpoint.Port;
        var listener = new VirtualListener(new IPEndPoint(endpoint.Address, port), () => _listeners.TryRemove(port, out _));
        return _listeners.TryAdd(port, listener)
            ? listener
            : throw new AddressInUseException($"port {port} of the virtual network is in use");
    }

    /// <summary>Connects to a port; the host does not matter.</summary>
    /// <exception cref="SocketException">Nobody listens there.</exception>
    public ValueTask<Stream> ConnectAsync(DnsEndPoint to, CancellationToken cancellation) =>
        !cancellation.IsCancellationRequested && _listeners.TryGetValue(to.Port, out var listener) && listener.Connect() is { } stream
            ? ValueTask.FromResult(stream)
            : throw new SocketException((int)SocketError.ConnectionRefused);

    /// <summary>A client in this network.</summary>
    public HttpClient Client(Uri address) =>
        new(
            new SocketsHttpHandler
            {
                UseProxy = false,
                AllowAutoRedirect = false,
                ConnectCallback = (context, cancellation) => ConnectAsync(context.DnsEndPoint, cancellation),
            }
        )
        {
            BaseAddress = address,
            Timeout = Timeout.InfiniteTimeSpan,
        };
}
