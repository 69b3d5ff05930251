using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Exporter.Exposition.Gzip;
using Exporter.Telemetry;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Exporter.Web.Connections;

/// <summary>Limits what one client may use, to protect the others. No request here is large, so small limits are enough.</summary>
internal static class KestrelLimits
{
    private const int MostConnections = 512;

    /// <summary>
    /// Each connection is a file, and the program needs files for other things: the store, its own requests, the configuration; and without
    /// Native AOT more than 200 for the assemblies.
    /// </summary>
    private static readonly int OtherFiles = RuntimeFeature.IsDynamicCodeSupported ? 320 : 128;

    /// <summary>The number of replaced connections that may be closing, in addition to those that have a seat.</summary>
    public const int Leaving = 16;

    /// <summary>Returns how many connections get a seat in a process that may open this many files.</summary>
    public static int ConnectionsFor(long files) => (int)Math.Clamp(files - OtherFiles, 8, MostConnections);

    /// <summary>Returns how many files this process may open; unlimited where the system does not report a limit.</summary>
    public static long Files() => ProcessInstruments.MaxOpenFiles() is { } most and < long.MaxValue ? (long)most : long.MaxValue;

    /// <summary>
    /// Gives each connection of a listener a seat in the table; before TLS, so that a handshake that never ends can be replaced, too.
    /// </summary>
    public static void UseTable(this ListenOptions listen, ConnectionTable table) =>
        listen.Use(next =>
            async connection =>
            {
                using var seat = table.Enter(() => connection.Abort(new ConnectionAbortedException("A newer connection takes its place.")));
                connection.Features.Set(seat);
                await next(connection);
            }
        );

    public static void Apply(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        var limits = kestrel.Limits;
        limits.MaxRequestLineSize = 8 * 1024;
        limits.MaxRequestHeadersTotalSize = 16 * 1024;
        limits.MaxRequestHeaderCount = 64;
        limits.MaxRequestBodySize = 16 * 1024;
        // With a smaller buffer every chunk would wait until the previous one has been sent.
        limits.MaxResponseBufferSize = GzipMember.ChunkSize;
        // When it is full, the server itself would refuse new connections: see ConnectionTable.
        limits.MaxConcurrentConnections = null;
        limits.MaxConcurrentUpgradedConnections = 0;
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        limits.KeepAliveTimeout = TimeSpan.FromMinutes(2);
        limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));
        limits.MinResponseDataRate = new MinDataRate(bytesPerSecond: 1024, gracePeriod: TimeSpan.FromSeconds(10));
    }

    /// <summary>
    /// Adds the header of every response to the server's own responses, too; behind TLS, where the bytes are still readable.
    /// </summary>
    public static void UseHeaderOnRefusals(this ListenOptions listen) =>
        listen.Use(static next =>
            async connection =>
            {
                var transport = connection.Transport;
                connection.Transport = new Pipes(
                    transport.Input,
                    new RefusalWriter(transport.Output, connection.Features.Get<ConnectionSeat>()!)
                );
                try
                {
                    await next(connection);
                }
                finally
                {
                    connection.Transport = transport;
                }
            }
        );

    /// <summary>
    /// Answers a request on the pool's thread that read it, instead of handing it on to another thread for each step. "Unsafe" in the name
    /// warns of work that blocks: it would hold up reading from its connection. No client here sends a second request before the answer to
    /// the first.
    /// </summary>
    public static void Apply(SocketTransportOptions sockets) => sockets.UnsafePreferInlineScheduling = true;

    private sealed record Pipes(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
