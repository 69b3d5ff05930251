using System.Net;
using System.Net.Sockets;
using Exporter.Hosting;

namespace Exporter.Tests.Hosting;

public sealed class ListenNamesTests
{
    [Fact]
    public async Task A_name_is_each_of_its_addresses_and_the_others_stay()
    {
        var found = await ResolveAsync(static _ => true, ":1", "both:2", "unix:/run/x", "127.0.0.1:3");

        Assert.Equal(":1 [::1]:2 127.0.0.1:2 unix:/run/x 127.0.0.1:3", found);
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

    private static async Task<string> ResolveAsync(Func<IPAddress, bool> isOurs, params string[] addresses) =>
        string.Join(
            ' ',
            await ListenNames.ResolveAsync(
                [
                    .. addresses.Select(static text =>
                        ListenAddress.TryParse(text, out var address) ? address : throw new FormatException(text)
                    ),
                ],
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
