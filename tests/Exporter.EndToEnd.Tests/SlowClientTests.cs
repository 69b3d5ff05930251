using Exporter.EndToEnd.Fixtures;

namespace Exporter.EndToEnd;

/// <summary>By itself, so that nothing waits for it: the server's own patience is the length of this test.</summary>
public sealed class SlowClientTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Who_does_not_end_a_request_is_told_that_it_took_too_long()
    {
        await using var exporter = await ExporterProcess.StartAsync(_directory, ["--demo"]);

        Assert.Equal("HTTP/1.1 408", await RawRequest.StatusLineAsync(exporter.Address, "GET / HTTP/1.1\r\nHost: slo"));
    }
}
