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
    public async Task A_client_that_reads_nothing_does_not_delay_the_stop()
    {
        await using var exporter = await ExporterProcess.StartAsync(_directory, ["--demo"]);
        using var idle = new System.Net.Sockets.TcpClient();
        await idle.ConnectAsync(exporter.Address.Host, exporter.Address.Port, TestContext.Current.CancellationToken);
        await idle.GetStream().WriteAsync("GET /metrics HTTP/1.1\r\nHost: x\r\n"u8.ToArray(), TestContext.Current.CancellationToken);

        Assert.Equal(0, await exporter.StopAsync(PosixSignal.SIGTERM, Promised));
    }
}
