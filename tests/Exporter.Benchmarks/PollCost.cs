using System.Diagnostics;

namespace Exporter.Benchmarks;

/// <summary>
/// What a polled page costs, everything included: the request, the decoding, the commit and what it does to the page of metrics. Beside a
/// client that reads the same pages at the same pace and throws them away.
/// </summary>
internal static class PollCost
{
    /// <summary>Pages a second, of a hundred links each.</summary>
    private const int Rate = 100;

    /// <summary>Enough pages for the JIT to have compiled the client as well as it will.</summary>
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Window = TimeSpan.FromSeconds(20);

    /// <returns>The medians of the CPU time for a page: of the exporter, and of the client.</returns>
    public static async Task<(TimeSpan Exporter, TimeSpan Client)> MeasureAsync(ExporterUnderTest exporter, int rounds)
    {
        var size = new Size(100_000);
        await using var sendGrid = await FakeSendGrid.StartAsync(size);
        var (polls, reads) = (new List<TimeSpan>(), new List<TimeSpan>());
        for (var round = 0; round < rounds; round++)
        {
            polls.Add(await PageAsync(exporter.Start(sendGrid, size, "1s", Rate, concurrency: 4), sendGrid));
            reads.Add(
                await PageAsync(
                    Server.Start("client", FreePort.Find(), Environment.ProcessPath!, "read", $"{sendGrid.Address}", $"{size.Series}"),
                    sendGrid
                )
            );
        }

        return (polls.Median(), reads.Median());
    }

    /// <summary>The client: reads every page of every automation, again and again, until it is killed.</summary>
    public static async Task<int> ReadAsync(Uri sendGrid, Size size)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        var buffer = new byte[64 * 1024];
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1d / Rate), TimeProvider.System);
        while (true)
        {
            for (var automation = 0; automation < size.Automations; automation++)
            {
                for (var first = 0; first < size.LinksPerAutomation; first += 100)
                {
                    await timer.WaitForNextTickAsync();
                    using var response = await http.GetAsync(
                        new Uri(
                            sendGrid,
                            $"/v3/marketing/stats/automations/{FakeSendGrid.IdOf(automation)}/links?page_size=100&page_token={first}"
                        ),
                        HttpCompletionOption.ResponseHeadersRead
                    );
                    await using var body = await response.EnsureSuccessStatusCode().Content.ReadAsStreamAsync();
                    while (await body.ReadAsync(buffer) > 0) { }
                }
            }
        }
    }

    private static async Task<TimeSpan> PageAsync(Server started, FakeSendGrid sendGrid)
    {
        await using var server = started;
        await Task.Delay(WarmUp, TimeProvider.System);
        var (cpu, begin) = (server.Cpu, Stopwatch.GetTimestamp());
        await Task.Delay(Window, TimeProvider.System);
        var (used, end) = (server.Cpu - cpu, Stopwatch.GetTimestamp());
        return used / sendGrid.Arrivals.Count(at => at >= begin && at < end);
    }
}
