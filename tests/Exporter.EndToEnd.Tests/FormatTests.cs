using Exporter.EndToEnd.Fixtures;
using Simulator;

namespace Exporter.EndToEnd;

/// <summary>Clients of all kinds read <c>/metrics</c> to its end, in either format.</summary>
public sealed class FormatTests : IAsyncLifetime
{
    private const string Text = "text/plain; version=0.0.4; charset=utf-8";
    private const string OpenMetrics = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    private readonly TemporaryDirectory _directory = new();
    private SimulatedSendGrid _sendGrid = null!;
    private ExporterProcess _exporter = null!;
    private Truth _truth = null!;

    public async ValueTask InitializeAsync()
    {
        _sendGrid = await StillSendGrid.StartAsync(WorldOptions.Several());
        _truth = new Truth(_sendGrid.World, _sendGrid.Clock.Now, WithAccounts: true, WithNames: true);
        _exporter = await ExporterProcess.StartAsync(_directory, Configured.ByFile(_directory, _sendGrid, interval: "1h"));
        await Eventually.EqualAsync(_truth.LinkClicks(), async () => [.. (await _exporter.ScrapeAsync())["sendgrid_automation_link_clicks"]]);
    }

    public async ValueTask DisposeAsync()
    {
        await _exporter.DisposeAsync();
        await _sendGrid.DisposeAsync();
        _directory.Dispose();
    }

    [Theory]
    [InlineData("text/plain;version=0.0.4", Text)]
    [InlineData("application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5", OpenMetrics)]
    public async Task Prometheus_sees_the_same_in_both_formats(string accept, string contentType)
    {
        await using var proxy = await AcceptProxy.StartAsync(_exporter.Address, accept);
        await using var prometheus = await PrometheusServer.StartAsync(_directory, proxy.Address);

        await Eventually.EqualAsync(_truth.LinkClicks(), () => prometheus.QueryAsync("sendgrid_automation_link_clicks"));
        await Eventually.EqualAsync(_truth.StepStatistics(), () => prometheus.QueryAsync($"{{__name__=~\"{Truth.StepStatisticNames}\"}}"));
        Assert.NotEmpty(await prometheus.QueryAsync("sendgrid_automation_polls_total > 0"));
        Assert.NotEmpty(await prometheus.QueryAsync("sendgrid_api_request_duration_seconds_bucket{le=\"+Inf\"} > 0"));
        Assert.NotEmpty(await prometheus.QueryAsync("process_cpu_seconds_total"));
        Assert.Equal(contentType, proxy.ContentType);
    }

    [Fact]
    public async Task Tools_read_the_page_to_its_end()
    {
        Tool.Require("curl");
        foreach (var command in (string[])["curl $0", "curl --compressed $0", "curl --header 'Accept-Encoding: gzip' $0 | zcat"])
        {
            var quiet = command.Replace("curl", "curl --silent --fail --noproxy '*'", StringComparison.Ordinal);
            await using var shell = ChildProcess.Start("sh", ["-c", quiet, new Uri(_exporter.Address, "metrics").ToString()], _directory.Path);

            Assert.Equal((command, 0), (command, await shell.ExitCodeAsync(Eventually.Patience)));
            var page = Exposition.Parse(shell.Output);
            Assert.Equal(_truth.LinkClicks().Count(), page["sendgrid_automation_link_clicks"].Count());
            Assert.NotEmpty(page["sendgrid_exporter_state_save_failures_total"]);
        }
    }
}
