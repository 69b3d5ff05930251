using System.Net.Sockets;
using System.Runtime.InteropServices;
using Exporter.EndToEnd.Fixtures;
using Simulator;

namespace Exporter.EndToEnd;

public sealed class StopTests : IDisposable
{
    /// <summary>The contract's promise, so not a second more.</summary>
    private static readonly TimeSpan Promised = TimeSpan.FromSeconds(5);

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(PosixSignal.SIGTERM, "hang=silent")]
    [InlineData(PosixSignal.SIGINT, "hang=body")]
    [InlineData(PosixSignal.SIGTERM, "429-epoch")]
    [InlineData(PosixSignal.SIGTERM, "latency=1")]
    public async Task A_signal_ends_the_program_cleanly_whatever_a_poll_is_doing(PosixSignal signal, string behaviour)
    {
        await using var sendGrid = await StillSendGrid.StartAsync(WorldOptions.Several());
        sendGrid.Behaviours.Add(behaviour);
        await using var exporter = await ExporterProcess.StartAsync(_directory, Configured.ByFile(_directory, sendGrid, interval: "1s"));
        await Eventually.TrueAsync(() => Task.FromResult(sendGrid.Requests.Count >= sendGrid.World.Accounts.Count));

        Assert.Equal(0, await exporter.StopAsync(signal, Promised));
    }

    [Fact]
    public async Task A_client_in_the_middle_of_a_request_does_not_delay_the_stop()
    {
        await using var exporter = await ExporterProcess.StartAsync(_directory, ["--demo"]);
        using var client = new TcpClient();
        await client.ConnectAsync(exporter.Address.Host, exporter.Address.Port, TestContext.Current.CancellationToken);
        var stream = client.GetStream();

        // The first request is answered, so the beginning of the second has arrived too.
        await stream.WriteAsync("GET /-/healthy HTTP/1.1\r\nHost: x\r\n\r\nGET /metrics HTTP/1.1\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
        Assert.Equal('H', await Task.Run(stream.ReadByte, TestContext.Current.CancellationToken));

        Assert.Equal(0, await exporter.StopAsync(PosixSignal.SIGTERM, Promised));
    }
}
