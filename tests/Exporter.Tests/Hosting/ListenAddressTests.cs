using System.Net;
using CsCheck;
using Exporter.Hosting;

namespace Exporter.Tests.Hosting;

public sealed class ListenAddressTests
{
    private static readonly Gen<string> Piece = Gen.OneOf(
        Gen.OneOf(
            "unix:",
            "/",
            ":",
            "[",
            "]",
            "::1",
            "127.0.0.1",
            "localhost",
            "%",
            "0",
            "65536",
            ".",
            "-",
            "\0",
            "\ud800",
            "%eth0",
            "x.sock",
            " ",
            "é"
        ),
        Gen.String
    );

    [Theory]
    [InlineData(":10324", null, 10324, "http://127.0.0.1:10324/x http://[::1]:10324/x")]
    [InlineData("127.0.0.1:0", "127.0.0.1", 0, "http://127.0.0.1:0/x")]
    [InlineData("0.0.0.0:1", "0.0.0.0", 1, "http://127.0.0.1:1/x")]
    [InlineData("[::1]:65535", "::1", 65535, "http://[::1]:65535/x")]
    [InlineData("[::]:10324", "::", 10324, "http://127.0.0.1:10324/x http://[::1]:10324/x")]
    [InlineData("192.0.2.7:9", "192.0.2.7", 9, "http://192.0.2.7:9/x")]
    [InlineData("[2001:db8::7]:9", "2001:db8::7", 9, "http://[2001:db8::7]:9/x")]
    [InlineData("[fe80::1%3]:9", "fe80::1%3", 9, "http://[fe80::1]:9/x")]
    [InlineData("[::ffff:127.0.0.1]:9", "::ffff:127.0.0.1", 9, "http://[::ffff:127.0.0.1]:9/x")]
    public void An_address_is_read_and_reached(string text, string? ip, int port, string local)
    {
        Assert.True(ListenAddress.TryParse(text, out var address));

        Assert.Equal((ip, port), (address.Ip?.ToString(), address.Port));
        Assert.Equal(local, string.Join(' ', address.ReachedAt.Select(each => address.UrlAt(Uri.UriSchemeHttp, each, "/x"))));
        Assert.Equal(text, address.ToString());
    }

    [Theory]
    [InlineData("localhost:10324", "localhost", 10324)]
    [InlineData("exporter.monitoring.svc:80", "exporter.monitoring.svc", 80)]
    [InlineData("3com_host-1:0", "3com_host-1", 0)]
    public void A_name_is_kept_until_its_addresses_are_found(string text, string name, int port)
    {
        Assert.True(ListenAddress.TryParse(text, out var address));

        Assert.Equal((null, name, port, text), (address.Ip, address.Name, address.Port, address.ToString()));
    }

    [Theory]
    [InlineData("unix:/run/x.sock", "/run/x.sock")]
    [InlineData("unix:/run/a:80", "/run/a:80")]
    public void A_unix_socket_is_an_absolute_path(string text, string path)
    {
        Assert.True(ListenAddress.TryParse(text, out var address));

        Assert.Equal((path, text), (address.SocketPath, address.ToString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("10324")]
    [InlineData("127.0.0.1")]
    [InlineData("::1:10324")]
    [InlineData(":65536")]
    [InlineData(":-1")]
    [InlineData(":1x")]
    [InlineData("127.1:80")]
    [InlineData("256.0.0.1:80")]
    [InlineData("010.0.0.1:80")]
    [InlineData("1:80")]
    [InlineData("[127.0.0.1]:80")]
    [InlineData("a..b:80")]
    [InlineData("a b:80")]
    [InlineData("user@host:80")]
    [InlineData("http://localhost:80")]
    [InlineData("unix:")]
    [InlineData("unix:x.sock")]
    [InlineData("unix:./x.sock")]
    [InlineData("unix:@abstract")]
    [InlineData("unix:/run/")]
    public void What_is_no_address_is_refused(string text) => Assert.False(ListenAddress.TryParse(text, out _));

    [Fact]
    public void A_path_that_no_socket_can_have_is_refused()
    {
        Assert.True(ListenAddress.TryParse("unix:/" + new string('x', 106), out _));
        Assert.False(ListenAddress.TryParse("unix:/" + new string('x', 107), out _));
        Assert.False(ListenAddress.TryParse("unix:/" + new string('é', 54), out _));
    }

    [Fact]
    public void Any_text_is_an_address_or_refused_and_an_address_survives_a_round_trip() =>
        Gen.Select(Piece, Piece, Piece, Piece, (a, b, c, d) => a + b + c + d)
            .Sample(
                text =>
                {
                    if (ListenAddress.TryParse(text, out var address))
                    {
                        Assert.True(ListenAddress.TryParse(address.ToString(), out var again), text);
                        Assert.Equal(address, again);
                        Assert.All(address.ReachedAt, ip => Assert.Equal(address.Port, address.UrlAt(Uri.UriSchemeHttps, ip, "/x").Port));
                        _ = address.SocketPath is { } path
                            ? new System.Net.Sockets.UnixDomainSocketEndPoint(path)
                            : (EndPoint)new DnsEndPoint(address.Name ?? "x", address.Port);
                    }
                },
                iter: 20_000
            );
}
