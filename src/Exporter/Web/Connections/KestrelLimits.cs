using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Exporter.Exposition.Gzip;
using Exporter.Telemetry;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Exporter.Web.Connections;

/// <summary>What one client may take from the others. Nothing that is asked here is big, so little is enough.</summary>
internal static class KestrelLimits
{
    private const int MostConnections = 512;

    /// <summary>
    /// Each connection is a file, and the program needs others: the store, what it polls, what it reads; and without Native AOT more than
    /// 200 for the assemblies.
    /// </summary>
    private static readonly int OtherFiles = RuntimeFeature.IsDynamicCodeSupported ? 320 : 128;

    /// <summary>Those that have given way and are not closed yet, beside those that have a seat.</summary>
    public const int Leaving = 16;

    /// <summary>Connections that have a seat, for a process that may open so many files.</summary>
    public static int ConnectionsFor(long files) => (int)Math.Clamp(files - OtherFiles, 8, MostConnections);

    /// <summary>How many files this process may open; as many as it likes where the system does not tell.</summary>
    public static long Files() => ProcessInstruments.MaxOpenFiles() is { } most and < long.MaxValue ? (long)most : long.MaxValue;

    /// <summary>
    /// Lets a listener's connections take their places in the table; before TLS, so that a handshake that never ends gives way, too.
    /// </summary>
    public static void UseTable(this ListenOptions listen, ConnectionTable table) =>
        listen.Use(next =>
            async connection =>
            {
                using var seat = table.Enter(() => connection.Abort(new ConnectionAbortedException("It gives way to another connection.")));
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
        // Less than a chunk would have every chunk wait until the one before has been sent.
        limits.MaxResponseBufferSize = GzipMember.ChunkSize;
        // The server itself would turn those away who come when it is full: see ConnectionTable.
        limits.MaxConcurrentConnections = null;
        limits.MaxConcurrentUpgradedConnections = 0;
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        limits.KeepAliveTimeout = TimeSpan.FromMinutes(2);
        limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));
        limits.MinResponseDataRate = new MinDataRate(bytesPerSecond: 1024, gracePeriod: TimeSpan.FromSeconds(10));
    }

    /// <summary>
    /// Puts the header of every response on the server's own, too; behind TLS, where what is written is still to be read.
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
    /// A request is answered on the pool's thread that read it, instead of being handed on to another one for each step. The name warns of
    /// work that blocks: it would hold up the reading from its connection. Nobody here sends a second request before the answer to the
    /// first.
    /// </summary>
    public static void Apply(SocketTransportOptions sockets) => sockets.UnsafePreferInlineScheduling = true;

    private sealed record Pipes(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
