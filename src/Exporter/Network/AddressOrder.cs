using System.Net;

namespace Exporter.Network;

/// <summary>Decides the order in which the addresses of a name are tried.</summary>
internal static class AddressOrder
{
    /// <summary>
    /// Sorts addresses in the resolver's order, but alternates IPv6 and IPv4. A family that leads nowhere then costs one head start, not
    /// one for each of its addresses (RFC 8305, section 4).
    /// </summary>
    public static IReadOnlyList<IPAddress> Sort(IEnumerable<IPAddress> resolved) =>
        [
            .. resolved
                .Select(static address => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address)
                .Distinct()
                .GroupBy(static address => address.AddressFamily)
                .SelectMany(static (family, turn) => family.Select((address, round) => (Address: address, Round: round, Turn: turn)))
                .OrderBy(static place => (place.Round, place.Turn))
                .Select(static place => place.Address),
        ];
}
