using Exporter.Network;

namespace Exporter.Tests.Network;

public sealed class LoopbackTests
{
    /// <summary>Spellings of this machine, as they stand in a URL.</summary>
    public static TheoryData<string> Own =>
        [
            "localhost",
            "LOCALHOST",
            "LocalHost",
            "localhost.",
            "api.localhost",
            "a.b.LOCALHOST.",
            "127.0.0.1",
            "127.1.2.3",
            "127.255.255.254",
            "127.1",
            "2130706433",
            "0x7f.0.0.1",
            "[::1]",
            "[0:0:0:0:0:0:0:1]",
            "[::ffff:127.0.0.1]",
            "[::ffff:127.9.9.9]",
            "[::FFFF:7f00:1]",
        ];

    public static TheoryData<string> Others =>
        [
            "localhost.example",
            "localhosts",
            "notlocalhost",
            "my-localhost",
            "localhost..",
            "0.0.0.0",
            "126.255.255.255",
            "128.0.0.1",
            "10.0.0.1",
            "[::]",
            "[::2]",
            "[::ffff:10.0.0.1]",
            "[fe80::1]",
            "api.sendgrid.com",
        ];

    [Theory]
    [MemberData(nameof(Own))]
    public void Every_spelling_of_this_machine_is_this_machine(string host) =>
        Assert.True(Loopback.IsLoopback(new Uri($"https://{host}:8443").IdnHost));

    [Theory]
    [MemberData(nameof(Others))]
    public void Nothing_else_is(string host) =>
        Assert.False(Loopback.IsLoopback(Uri.TryCreate($"https://{host}:8443", UriKind.Absolute, out var uri) ? uri.IdnHost : host));
}
