using System.Net;
using Exporter.Network;

namespace Exporter.Tests.Network;

public sealed class HttpsOnlyProxyTests
{
    private static readonly WebProxy[] Proxies =
    [
        new("http://proxy.example:3128"),
        new("http://user:pass@127.0.0.1:3128"),
        new("https://user:pass@proxy.example"),
        new("socks5://user:pass@[::1]:1080"),
    ];

    [Fact]
    public void Only_https_to_another_machine_goes_through_a_proxy()
    {
        foreach (
            var (proxy, scheme, host, isOwn) in from proxy in Proxies
            from scheme in (string[])["http", "https"]
            from host in Hosts()
            select (proxy, scheme, host.Name, host.IsOwn)
        )
        {
            if (!Uri.TryCreate($"{scheme}://{host}:8443/v3/scopes", UriKind.Absolute, out var uri))
            {
                continue;
            }

            var rule = new HttpsOnlyProxy(proxy);
            Assert.Equal(scheme is "http" || isOwn, rule.IsBypassed(uri));
            Assert.Equal(rule.IsBypassed(uri), rule.GetProxy(uri) is null);
        }
    }

    [Fact]
    public void What_the_environment_excepts_is_excepted()
    {
        var rule = new HttpsOnlyProxy(new WebProxy("http://proxy.example:3128", BypassOnLocal: false, [@"api\.example"]));

        Assert.Null(rule.GetProxy(new Uri("https://api.example")));
        Assert.NotNull(rule.GetProxy(new Uri("https://other.example")));
    }

    [Fact]
    public void The_address_of_a_proxy_is_given_without_user_and_password() =>
        Assert.All(
            Proxies,
            static proxy =>
                Assert.DoesNotContain(
                    "pass",
                    new HttpsOnlyProxy(proxy).GetProxy(new Uri("https://api.example"))!.AbsoluteUri,
                    StringComparison.Ordinal
                )
        );

    private static IEnumerable<(string Name, bool IsOwn)> Hosts() =>
        [.. LoopbackTests.Own.Select(static row => (row.Data, true)), .. LoopbackTests.Others.Select(static row => (row.Data, false))];
}
