using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;

namespace Exporter.Tests.VirtualTime;

/// <summary>One port of a <see cref="VirtualNetwork"/>.</summary>
internal sealed class VirtualListener(IPEndPoint address, Action closed) : IConnectionListener
{
    private readonly Channel<ConnectionContext> _waiting = Channel.CreateUnbounded<ConnectionContext>();

    public EndPoint EndPoint => address;

    /// <returns>The client's end, or <see langword="null"/> when nobody accepts any more.</returns>
    public Stream? Connect()
    {
        var connection = new VirtualConnection(address);
        return _waiting.Writer.TryWrite(connection) ? connection.Client : null;
    }

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default) =>
        await _waiting.Reader.WaitToReadAsync(cancellationToken) && _waiting.Reader.TryRead(out var connection) ? connection : null;

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        closed();
        _waiting.Writer.TryComplete();
        return default;
    }

    public ValueTask DisposeAsync() => UnbindAsync(CancellationToken.None);
}
