using System.Net;
using System.Net.Sockets;

namespace Exporter.Hosting;

/// <summary>Resolves the names in <c>--web.listen-address</c>, once, at the start.</summary>
internal static class ListenNames
{
    /// <param name="addresses">The addresses as they were given.</param>
    /// <param name="resolve">Returns a name's addresses.</param>
    /// <param name="isOurs">
    /// Whether this machine has an address. It need not have all addresses of a name: <c>localhost</c> includes ::1 even where IPv6 is
    /// turned off.
    /// </param>
    /// <returns>The addresses, without names.</returns>
    /// <exception cref="IOException">A name has no address, or none of this machine's.</exception>
    public static async Task<IReadOnlyList<ListenAddress>> ResolveAsync(
        IReadOnlyList<ListenAddress> addresses,
        Func<string, CancellationToken, Task<IPAddress[]>> resolve,
        Func<IPAddress, bool> isOurs,
        CancellationToken cancellation
    )
    {
        var all = new List<ListenAddress>();
        foreach (var address in addresses)
        {
            if (address.Name is not { } name)
            {
                all.Add(address);
                continue;
            }

            var found = await AddressesAsync(address, resolve(name, cancellation));
            var ours = found.Where(isOurs).Distinct().ToList();
            if (ours.Count == 0)
            {
                throw new IOException(
                    $"cannot listen: {address}: this machine has none of the addresses of that name: "
                        + $"{string.Join(", ", found.Select(ip => ip.ToString()))}"
                );
            }

            all.AddRange(ours.Select(ip => new ListenAddress(ip, address.Port)));
        }

        return all;
    }

    /// <summary>Whether this machine has an address: tries to bind a socket to it, at a port that the system chooses.</summary>
    public static bool IsOurs(IPAddress ip)
    {
        try
        {
            using var socket = new Socket(ip.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(ip, 0));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static async Task<IPAddress[]> AddressesAsync(ListenAddress address, Task<IPAddress[]> asked)
    {
        try
        {
            return await asked is { Length: > 0 } found
                ? found
                : throw new IOException($"cannot listen: {address}: that name has no address");
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            throw new IOException($"cannot listen: {address}: that name has no address: {e.Message}", e);
        }
    }
}
