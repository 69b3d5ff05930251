using System.Net;
using System.Net.Sockets;
using Exporter.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Exporter.Tests.Hosting;

public sealed class ListenNamesTests
{
    [Fact]
    public async Task A_name_is_each_of_its_addresses_and_the_others_stay()
    {
        var found = await ResolveAsync(static _ => true, ":1", "both:2", "unix:/run/x", "127.0.0.1:3");

        Assert.Equal(":1 [::1]:2 127.0.0.1:2 unix:/run/x 127.0.0.1:3", found);
    }

    /// <summary>What the kernel allows decides: each pair is listened at as Kestrel does it.</summary>
    [Fact]
    public async Task Of_any_two_addresses_each_is_reached_and_none_is_in_the_way_of_the_other()
    {
        string[] hosts =
        [
            "",
            "0.0.0.0",
            "127.0.0.1",
            "127.0.0.2",
            "both",
            .. HasIpv6 ? ["[::]", "[::1]", "[0:0::1]"] : Array.Empty<string>(),
        ];
        foreach (var (one, other) in hosts.SelectMany(one => hosts.Select(other => (one, other))))
        {
            var problem = await TryAsync(one, other);
            for (var tries = 1; problem is not null && tries < 5; tries++)
            {
                // Another connection may take a free port before this listens at it, but not five times in a row.
                problem = await TryAsync(one, other);
            }

            Assert.Null(problem);
        }
    }

    [Fact]
    public async Task Free_ports_are_as_many_as_were_asked_for_and_a_socket_is_one_however_its_path_is_spelled()
    {
        Assert.Equal("127.0.0.1:0 127.0.0.1:0 :0", await ResolveAsync(static _ => true, "127.0.0.1:0", "127.0.0.1:0", ":0"));

        var directory = Directory.CreateTempSubdirectory("listen-");
        try
        {
            var socket = $"unix:{directory.FullName}/x.sock";
            var link = Directory.CreateSymbolicLink(directory.FullName + "/link", directory.FullName).FullName;

            Assert.Equal(
                $"{socket} {socket}2",
                await ResolveAsync(static _ => true, socket, $"unix:{link}/./x.sock", $"{socket}2", $"unix:{link}//x.sock2")
            );
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Of_the_addresses_of_a_name_those_are_left_out_that_this_machine_has_not()
    {
        Assert.Equal("127.0.0.1:2", await ResolveAsync(static ip => ip.AddressFamily == AddressFamily.InterNetwork, "both:2"));

        var refused = await Assert.ThrowsAsync<IOException>(() => ResolveAsync(static _ => false, "both:2"));
        Assert.Equal("cannot listen: both:2: this machine has none of the addresses of that name: ::1, 127.0.0.1, ::1", refused.Message);
    }

    [Theory]
    [InlineData("unknown:2", "cannot listen: unknown:2: that name has no address: ")]
    [InlineData("odd:2", "cannot listen: odd:2: that name has no address: ")]
    [InlineData("empty:2", "cannot listen: empty:2: that name has no address")]
    public async Task A_name_without_an_address_is_an_error_that_says_which(string text, string begins)
    {
        var refused = await Assert.ThrowsAsync<IOException>(() => ResolveAsync(static _ => true, text));

        Assert.StartsWith(begins, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_loopback_address_is_this_machine_s_and_one_for_documents_is_not()
    {
        Assert.True(ListenNames.IsOurs(IPAddress.Loopback));
        Assert.False(ListenNames.IsOurs(IPAddress.Parse("192.0.2.1")));
    }

    /// <returns>What the kernel refused; <see langword="null"/> when all was well.</returns>
    private static async Task<string?> TryAsync(string one, string other)
    {
        var port = FreePort.Find();
        string[] pair = [$"{one}:{port}", $"{other}:{port}"];
        var listeners = new List<Socket>();
        try
        {
            foreach (var text in (await ResolveAsync(ListenNames.IsOurs, pair)).Split(' '))
            {
                var address = Parse(text);
                var every = HasIpv6 ? IPAddress.IPv6Any : IPAddress.Any;
                var listener = SocketTransportOptions.CreateDefaultBoundListenSocket(new IPEndPoint(address.Ip ?? every, address.Port));
                listeners.Add(listener);
                listener.Listen();
            }

            foreach (var ip in pair.SelectMany(AddressesOf).Where(ListenNames.IsOurs))
            {
                using var client = new TcpClient(ip.AddressFamily);
                await client.ConnectAsync(ip, port, TestContext.Current.CancellationToken);
            }

            return null;
        }
        catch (SocketException e)
        {
            return $"{string.Join(" and ", pair)}: {e.Message}";
        }
        finally
        {
            listeners.ForEach(static listener => listener.Dispose());
        }
    }

    /// <summary>The addresses at which the operator expects an answer.</summary>
    private static IReadOnlyList<IPAddress> AddressesOf(string text) =>
        Parse(text) is { Name: null } address ? address.ReachedAt : [IPAddress.IPv6Loopback, IPAddress.Loopback];

    private static bool HasIpv6 => ListenNames.IsOurs(IPAddress.IPv6Loopback);

    private static ListenAddress Parse(string text) =>
        ListenAddress.TryParse(text, out var address) ? address : throw new FormatException(text);

    private static async Task<string> ResolveAsync(Func<IPAddress, bool> isOurs, params string[] addresses) =>
        string.Join(
            ' ',
            await ListenNames.ResolveAsync(
                [.. addresses.Select(Parse)],
                static (name, _) =>
                    name switch
                    {
                        "both" => Task.FromResult<IPAddress[]>([IPAddress.IPv6Loopback, IPAddress.Loopback, IPAddress.IPv6Loopback]),
                        "empty" => Task.FromResult<IPAddress[]>([]),
                        "odd" => Task.FromException<IPAddress[]>(new ArgumentException("odd", name)),
                        _ => Task.FromException<IPAddress[]>(new SocketException((int)SocketError.HostNotFound)),
                    },
                isOurs,
                TestContext.Current.CancellationToken
            )
        );
}
