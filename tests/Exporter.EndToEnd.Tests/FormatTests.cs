using Exporter.EndToEnd.Fixtures;

namespace Exporter.EndToEnd;

/// <summary>Clients of all kinds read <c>/metrics</c> to its end, in either format.</summary>
public sealed class FormatTests(StandingExporter standing) : IClassFixture<StandingExporter>
{
    [Fact]
    public async Task Prometheus_sees_the_same_in_both_formats()
    {
        var exporter = standing.Exporter.Address;
        await using var text = await AcceptProxy.StartAsync(exporter, "text/plain;version=0.0.4");
        await using var open = await AcceptProxy.StartAsync(
            exporter,
            "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5"
        );
        await using var prometheus = await PrometheusServer.StartAsync(
            standing.Directory,
            PrometheusServer.Job(text.Address, "text") + PrometheusServer.Job(open.Address, "open")
        );

        foreach (var job in (string[])["text", "open"])
        {
            await Eventually.EqualAsync(
                standing.Truth.LinkClicks(),
                () => prometheus.QueryAsync($"sendgrid_automation_link_clicks{{job=\"{job}\"}}")
            );
            await Eventually.EqualAsync(
                standing.Truth.StepStatistics(),
                () => prometheus.QueryAsync($"{{__name__=~\"{Truth.StepStatisticNames}\",job=\"{job}\"}}")
            );
            foreach (
                var query in (string[])
                    [
                        $"sendgrid_automation_polls_total{{job=\"{job}\"}} > 0",
                        $"sendgrid_api_request_duration_seconds_bucket{{job=\"{job}\",le=\"+Inf\"}} > 0",
                        $"process_cpu_seconds_total{{job=\"{job}\"}}",
                        $"process_open_fds{{job=\"{job}\"}} < process_max_fds",
                    ]
            )
            {
                await Eventually.TrueAsync(async () => (await prometheus.QueryAsync(query)).Count > 0);
            }
        }

        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", text.ContentType);
        Assert.Equal("application/openmetrics-text; version=1.0.0; charset=utf-8", open.ContentType);
    }

    [Fact]
    public async Task Tools_read_the_page_to_its_end()
    {
        new Tool("curl").Require();
        foreach (var command in (string[])["curl $0", "curl --compressed $0", "curl --header 'Accept-Encoding: gzip' $0 | zcat"])
        {
            var quiet = command.Replace("curl", "curl --silent --fail --noproxy '*'", StringComparison.Ordinal);
            var metrics = new Uri(standing.Exporter.Address, "metrics").ToString();
            await using var shell = ChildProcess.Start("sh", ["-c", quiet, metrics], standing.Directory.Path);

            Assert.Equal((command, 0), (command, await shell.ExitCodeAsync()));
            var page = PrometheusText.Parse(shell.Output);
            Assert.Equal(standing.Truth.LinkClicks().Count(), page["sendgrid_automation_link_clicks"].Count());
            Assert.NotEmpty(page["sendgrid_exporter_state_save_failures_total"]);
        }
    }
}
