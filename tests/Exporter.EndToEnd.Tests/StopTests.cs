using System.Net.Sockets;
using System.Runtime.InteropServices;
using Exporter.EndToEnd.Fixtures;
using Simulator;

namespace Exporter.EndToEnd;

public sealed class StopTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(PosixSignal.SIGTERM, "hang=silent")]
    [InlineData(PosixSignal.SIGINT, "hang=body")]
    [InlineData(PosixSignal.SIGTERM, "429-epoch=3600")]
    public async Task What_a_poll_waits_for_is_given_up_at_a_signal_and_not_asked_for_again(PosixSignal signal, string behaviour)
    {
        await using var sendGrid = await StillSendGrid.StartAsync(WorldOptions.Several());
        sendGrid.Behaviours.Add(behaviour);
        await using var exporter = await ExporterProcess.StartAsync(_directory, Configured.ByFile(_directory, sendGrid, interval: "1s"));
        await Eventually.TrueAsync(() => sendGrid.Requests.Count >= sendGrid.World.Accounts.Count);
        var asked = sendGrid.Requests.Snapshot();

        Assert.Equal(0, await exporter.StopAsync(signal));

        // Who waited until the request had failed would have tried it again.
        var later = sendGrid.Requests.Snapshot().Skip(asked.Count);
        Assert.Empty(later.IntersectBy(asked.Select(What), What));

        static (string? Account, string Path) What(LoggedRequest request) => (request.Account, request.Path);
    }

    [Fact]
    public async Task A_signal_in_the_middle_of_polls_ends_the_program_cleanly()
    {
        await using var sendGrid = await StillSendGrid.StartAsync(WorldOptions.Several());
        sendGrid.Behaviours.Add("latency=1");
        await using var exporter = await ExporterProcess.StartAsync(_directory, Configured.ByFile(_directory, sendGrid, interval: "1s"));
        await Eventually.TrueAsync(() => sendGrid.Requests.Count >= sendGrid.World.Accounts.Count);

        Assert.Equal(0, await exporter.StopAsync());
    }

    [Fact]
    public async Task A_client_in_the_middle_of_a_request_does_not_delay_the_stop()
    {
        await using var exporter = await ExporterProcess.StartAsync(_directory, ["--demo"]);
        using var client = new TcpClient();
        await client.ConnectAsync(exporter.Address.Host, exporter.Address.Port, TestContext.Current.CancellationToken);
        var stream = client.GetStream();

        // The first request is answered, so the beginning of the second has arrived too.
        await stream.WriteAsync(
            "GET /-/healthy HTTP/1.1\r\nHost: x\r\n\r\nGET /metrics HTTP/1.1\r\n"u8.ToArray(),
            TestContext.Current.CancellationToken
        );
        Assert.Equal('H', await Task.Run(stream.ReadByte, TestContext.Current.CancellationToken));

        Assert.Equal(0, await exporter.StopAsync());
    }
}
