using System.Net;

namespace Exporter.Network;

/// <summary>Recognises the hosts that are this machine.</summary>
internal static class Loopback
{
    /// <summary>The addresses of this machine's names. No resolver is used, because it may answer differently (RFC 6761).</summary>
    public static IReadOnlyList<IPAddress> Addresses { get; } = [IPAddress.IPv6Loopback, IPAddress.Loopback];

    /// <summary>Whether a host is this machine, by name or by address.</summary>
    /// <param name="host">The host as in a URL, with or without the brackets of IPv6.</param>
    public static bool IsLoopback(string host) => IsName(host) || (IPAddress.TryParse(host, out var address) && IsLoopback(address));

    /// <summary>Whether a name is <c>localhost</c> or a name below it, in any case and with or without the final dot.</summary>
    public static bool IsName(string host)
    {
        var name = host.EndsWith('.') ? host[..^1] : host;
        return name.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || name.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase);
    }

    private static bool IsLoopback(IPAddress address) => IPAddress.IsLoopback(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);
}
