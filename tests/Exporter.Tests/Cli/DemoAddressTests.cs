using System.Net;
using System.Net.Sockets;
using Exporter.Cli;
using Exporter.Hosting;
using Microsoft.AspNetCore.Connections;

namespace Exporter.Tests.Cli;

public sealed class DemoAddressTests
{
    [Theory]
    [InlineData("serve")]
    [InlineData("doctor")]
    [InlineData("plan")]
    [InlineData("backfill")]
    public async Task Without_an_address_of_the_machines_own_a_command_on_the_demo_says_so_and_fails(string command)
    {
        using var error = new StringWriter();
        var world = new Surroundings
        {
            Environment = static _ => null,
            Output = TextWriter.Null,
            Error = error,
            Listeners = new NoAddress(),
        };

        Assert.Equal(1, await CommandLine.RunAsync([command, "--demo"], world));

        Assert.StartsWith("error: the demo needs this machine's own address 127.0.0.1", error.ToString(), StringComparison.Ordinal);
    }

    /// <summary>A machine whose loopback is down.</summary>
    private sealed class NoAddress : IConnectionListenerFactory
    {
        public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
            throw new SocketException((int)SocketError.AddressNotAvailable);
    }
}
