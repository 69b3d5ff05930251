using Exporter.Cli;

namespace Exporter.Tests.Cli;

public sealed class ListenAddressTests
{
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
    [InlineData("localhost:10324", "127.0.0.1", 10324, "http://127.0.0.1:10324/x")]
    public void An_address_is_read_and_reached(string text, string? ip, int port, string local)
    {
        Assert.True(ListenAddress.TryParse(text, out var address));

        Assert.Equal((ip, port), (address.Ip?.ToString(), address.Port));
        Assert.Equal(local, string.Join(' ', address.ReachedAt.Select(each => address.At(Uri.UriSchemeHttp, each, "/x"))));
    }

    [Theory]
    [InlineData("")]
    [InlineData("10324")]
    [InlineData("127.0.0.1")]
    [InlineData("::1:10324")]
    [InlineData(":65536")]
    [InlineData(":-1")]
    [InlineData(":1x")]
    [InlineData("example.com:80")]
    public void What_is_no_address_is_refused(string text) => Assert.False(ListenAddress.TryParse(text, out _));
}
