using System.Text;

namespace Exporter.Benchmarks;

/// <summary>Starts the exporter against the fake SendGrid.</summary>
/// <param name="binary">The program, as it is published.</param>
/// <param name="directory">For its files.</param>
internal sealed class ExporterUnderTest(string binary, string directory)
{
    /// <param name="sendGrid">What is polled.</param>
    /// <param name="size">How much that is.</param>
    /// <param name="interval">Between two polls of an automation.</param>
    /// <param name="requestsPerSecond">The configured ceiling.</param>
    /// <param name="concurrency">The configured number in flight.</param>
    public Server Start(FakeSendGrid sendGrid, Size size, string interval, int requestsPerSecond = 1000, int concurrency = 16)
    {
        var yaml = new StringBuilder(
            $"""
            poll: {"{"}interval: {interval}, max_age: 7d, timeout: 10m{"}"}
            accounts:
              - api_key: SG.aaaaaaaaaaaaaaaaaaaaaa.bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb
                base_url: {sendGrid.Address.GetLeftPart(UriPartial.Authority)}
                page_size: 100
                rate: {"{"}requests_per_second: {requestsPerSecond}, concurrency: {concurrency}{"}"}
                automations:
                  discover: false
                  step_stats: false
                  list:

            """
        );
        for (var automation = 0; automation < size.Automations; automation++)
        {
            yaml.AppendLine($"        - {{id: {FakeSendGrid.IdOf(automation)}, name: automation-{automation:0000}}}");
        }

        var file = Path.Combine(directory, $"{Guid.NewGuid()}.yml");
        File.WriteAllText(file, yaml.ToString());
        var port = FreePort.Find();
        return Server.Start(
            "exporter",
            port,
            binary,
            $"--config.file={file}",
            $"--web.listen-address=127.0.0.1:{port}",
            "--storage.path=",
            "--log.level=error"
        );
    }

    /// <summary>Starts it and waits until all is polled.</summary>
    /// <returns>The exporter, and how many series it shows.</returns>
    public async Task<(Server Server, int Series)> StartLoadedAsync(FakeSendGrid sendGrid, Size size, string interval)
    {
        var server = await Start(sendGrid, size, interval).AnsweringAsync();
        while (true)
        {
            var page = Encoding.UTF8.GetString(await server.BodyAsync("identity"));
            if (page.Split("\nsendgrid_automation_links{").Length == size.Automations + 1)
            {
                return (server, page.AsSpan().Count('\n') - page.Split("\n# ").Length);
            }

            await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System);
        }
    }
}
