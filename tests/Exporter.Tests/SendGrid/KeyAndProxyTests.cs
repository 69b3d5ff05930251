using System.Net;
using Exporter.Tests.Cli;
using Exporter.Tests.Network;
using Exporter.Tests.VirtualTime;
using Simulator;

namespace Exporter.Tests.SendGrid;

/// <summary>The key and a proxy that is there for everything.</summary>
[Collection(nameof(OnVirtualTime))]
public sealed class KeyAndProxyTests
{
    private static readonly string[] Commands = ["doctor", "plan", "backfill --every=1d"];

    public static TheoryData<string, string> Ways =>
        [.. from command in Commands from proxy in (string[])["http", "https", "socks5"] select (command, proxy)];

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task No_command_asks_a_proxy_for_this_machine_however_it_is_spelt(string command, string scheme)
    {
        var machine = new VirtualMachine { Network = Clients.Network };
        await using var simulated = await machine.SimulateAsync(WorldOptions.Sized(1, 2, 2, 3));
        await using var proxy = new WireServer(static _ => WireServer.Answer("502 Bad Gateway", ""));
        var accounts = LoopbackTests.Own.Select(
            (row, number) =>
                $"""
                      - name: a{number}
                        api_key: {simulated.World.Accounts[0].ApiKey}
                        base_url: http://{row.Data}:{simulated.BaseUrl.Port}
                    """
        );

        var (code, output, error) = await machine.RunAsync(
            command.Split(' '),
            $"accounts:\n{string.Join('\n', accounts)}\n",
            new WebProxy($"{scheme}://user:pass@{proxy.BaseUrl.Authority}")
        );

        Assert.True(code == 0, output + error);
        Assert.Empty(proxy.Requests);
        Assert.NotEmpty(simulated.Requests.Snapshot());
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_proxy_for_another_machine_hears_nothing_of_the_key(string command, string scheme)
    {
        var machine = new VirtualMachine { Network = Clients.Network };
        await using var proxy = new WireServer(static _ => WireServer.Answer("502 Bad Gateway", ""));

        var (code, output, error) = await machine.RunAsync(
            command.Split(' '),
            $"accounts: [{{api_key: {Clients.Key}, base_url: https://api.example, automations: {{list: [{{id: "
                + $"{Clients.Automation}}}]}}}}]\n",
            new WebProxy($"{scheme}://user:pass@{proxy.BaseUrl.Authority}")
        );

        Assert.NotEqual(0, code);
        Assert.All(proxy.Requests, static request => Assert.DoesNotContain(Clients.Key, request, StringComparison.Ordinal));
        Assert.DoesNotContain("user:pass", output + error, StringComparison.Ordinal);
        if (scheme is "http")
        {
            Assert.Contains(proxy.BaseUrl.Authority, output + error, StringComparison.Ordinal);
        }
    }
}
