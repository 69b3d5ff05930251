using System.Net;
using System.Net.Sockets;
using Exporter.Disk;

namespace Exporter.Hosting;

/// <summary>Resolves the names in <c>--web.listen-address</c>, once, at the start, and finds the listeners that all values need.</summary>
internal static class ListenNames
{
    /// <param name="addresses">The addresses as they were given.</param>
    /// <param name="resolve">Returns a name's addresses.</param>
    /// <param name="isOurs">
    /// Whether this machine has an address. It need not have all addresses of a name: <c>localhost</c> includes ::1 even where IPv6 is
    /// turned off.
    /// </param>
    /// <returns>The addresses, without names, and without those at which another one listens, too.</returns>
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

        return WithoutCovered(all);
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

    /// <summary>Leaves out what another address covers: the system refuses a second listener there.</summary>
    private static List<ListenAddress> WithoutCovered(List<ListenAddress> addresses)
    {
        var kept = new List<ListenAddress>();
        foreach (var address in addresses.Where(address => !kept.Exists(other => Covers(other, address))))
        {
            kept.RemoveAll(other => Covers(address, other));
            kept.Add(address);
        }

        return kept;
    }

    /// <summary>
    /// Whether every connection to the other address comes to this one. A free port is one of its own for each; a socket for every IPv6
    /// address takes IPv4, too.
    /// </summary>
    private static bool Covers(ListenAddress address, ListenAddress other)
    {
        if (address.SocketPath is { } path)
        {
            return other.SocketPath is { } otherPath && FileTypes.AreSame(path, otherPath);
        }

        return other.SocketPath is null
            && address.Port == other.Port
            && address.Port != 0
            && (address.Ip is null || (other.Ip is { } ip && Covers(address.Ip, ip)));
    }

    private static bool Covers(IPAddress address, IPAddress other) =>
        address.Equals(other)
        || address.Equals(IPAddress.IPv6Any)
        || (address.Equals(IPAddress.Any) && other.AddressFamily == AddressFamily.InterNetwork);

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
