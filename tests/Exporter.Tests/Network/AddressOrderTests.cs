using System.Net;
using System.Net.Sockets;
using Exporter.Network;

namespace Exporter.Tests.Network;

public sealed class AddressOrderTests
{
    [Fact]
    public void The_families_take_turns_and_each_keeps_the_resolvers_order()
    {
        for (var seed = 0; seed < 500; seed++)
        {
            var random = new Random(seed);
            IPAddress[] resolved = [.. Enumerable.Range(0, random.Next(1, 9)).Select(_ => Address(random))];

            var order = AddressOrder.Sort(resolved);

            Assert.Equal(resolved.Distinct().Count(), order.Count);
            Assert.Equal(resolved[0], order[0]);
            Assert.All(
                resolved.GroupBy(Family),
                family => Assert.Equal(family.Distinct(), order.Where(address => Family(address) == family.Key))
            );
            var turns = 2 * resolved.GroupBy(Family).Min(family => family.Distinct().Count());
            Assert.All(
                order.Take(resolved.GroupBy(Family).Count() == 2 ? turns : 1).Index(),
                place => Assert.Equal(place.Index % 2 == 0, Family(place.Item) == Family(order[0]))
            );
        }
    }

    [Fact]
    public void What_is_IPv4_in_the_clothes_of_IPv6_is_tried_as_IPv4() =>
        Assert.Equal([IPAddress.Loopback], AddressOrder.Sort([IPAddress.Parse("::ffff:127.0.0.1"), IPAddress.Loopback]));

    private static AddressFamily Family(IPAddress address) => address.AddressFamily;

    /// <summary>Few enough that some come twice.</summary>
    private static IPAddress Address(Random random) =>
        IPAddress.Parse(random.Next(2) == 0 ? $"192.0.2.{random.Next(8)}" : $"2001:db8::{random.Next(8)}");
}
