using System.Net;
using System.Net.Sockets;

namespace Exporter.Network;

/// <summary>Connects to a host: resolves its addresses and takes the one that answers first.</summary>
/// <param name="resolve">Resolves a name.</param>
/// <param name="connect">Connects to one address.</param>
/// <param name="time">The clock of the deadline and of the race.</param>
internal sealed class Connector(
    Func<string, CancellationToken, Task<IPAddress[]>> resolve,
    Func<IPEndPoint, CancellationToken, Task<Stream>> connect,
    TimeProvider time
)
{
    /// <summary>The time limit, name resolution included. A lost packet is sent again after 1, 3 and 7 s.</summary>
    public static readonly TimeSpan Within = TimeSpan.FromSeconds(8);

    /// <summary>Creates a connector that uses the system's resolver and sockets.</summary>
    public static Connector OfSystem(TimeProvider time) => new(Dns.GetHostAddressesAsync, ConnectAsync, time);

    /// <exception cref="SocketException">
    /// There is no connection: the most informative failure, <see cref="SocketError.TimedOut"/> when no address answered in time, or
    /// <see cref="SocketError.TryAgain"/> when no name server did.
    /// </exception>
    public async ValueTask<Stream> ConnectAsync(DnsEndPoint to, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(Within, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        var silent = SocketError.TryAgain;
        try
        {
            var addresses = await AddressesAsync(to.Host, either.Token);
            silent = SocketError.TimedOut;
            return await ConnectionRace.RunAsync(
                addresses,
                (address, lost) => connect(new IPEndPoint(address, to.Port), lost),
                time,
                either.Token
            );
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new SocketException((int)silent);
        }
    }

    private async Task<IReadOnlyList<IPAddress>> AddressesAsync(string host, CancellationToken cancellation)
    {
        if (IPAddress.TryParse(host, out var address))
        {
            return AddressOrder.Sort([address]);
        }

        if (Loopback.IsName(host))
        {
            return Loopback.Addresses;
        }

        // Not every resolver can be stopped. Such a one goes on alone, and its result is dropped.
        var resolving = resolve(host, cancellation);
        _ = resolving.ContinueWith(
            static ended => ended.Exception,
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default
        );
        return AddressOrder.Sort(await resolving.WaitAsync(cancellation));
    }

    private static async Task<Stream> ConnectAsync(IPEndPoint to, CancellationToken cancellation)
    {
        // The stream owns it.
        var socket = new Socket(to.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(to, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
