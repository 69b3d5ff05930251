using Exporter.Exposition;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Exporter.Web;

/// <summary>What one client may take from the others. Nothing that is asked here is big, so little is enough.</summary>
internal static class Limits
{
    public static void Apply(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        var limits = kestrel.Limits;
        limits.MaxRequestLineSize = 8 * 1024;
        limits.MaxRequestHeadersTotalSize = 16 * 1024;
        limits.MaxRequestHeaderCount = 64;
        limits.MaxRequestBodySize = 16 * 1024;
        // Less than a chunk would have every chunk wait until the one before has been sent.
        limits.MaxResponseBufferSize = GzipMember.ChunkSize;
        limits.MaxConcurrentConnections = 512;
        limits.MaxConcurrentUpgradedConnections = 0;
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        limits.KeepAliveTimeout = TimeSpan.FromMinutes(2);
        limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));
        limits.MinResponseDataRate = new MinDataRate(bytesPerSecond: 1024, gracePeriod: TimeSpan.FromSeconds(10));
        limits.Http2.MaxStreamsPerConnection = 32;
    }

    /// <summary>
    /// A request is answered on the pool's thread that read it, instead of being handed on to another one for each step. The name warns of
    /// work that blocks: it would hold up the reading from its connection. Nobody here sends a second request before the answer to the first.
    /// </summary>
    public static void Apply(SocketTransportOptions sockets) => sockets.UnsafePreferInlineScheduling = true;
}
