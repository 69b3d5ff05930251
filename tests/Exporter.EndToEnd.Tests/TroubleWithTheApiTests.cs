using System.Net;
using Exporter.EndToEnd.Fixtures;
using Simulator;

namespace Exporter.EndToEnd;

/// <summary>
/// A SendGrid that cannot be used is no reason to stop: one line for the operator, the reason in the metrics, and on it goes.
/// </summary>
public sealed class TroubleWithTheApiTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task An_unreachable_api_is_reported_once_and_asked_again()
    {
        // Port 1 of this machine refuses connections.
        var configuration = _directory.Write(
            "sendgrid-exporter.yml",
            $"""
            poll:
              interval: 1s
              discovery_interval: 1s
            accounts:
              - api_key_file: {_directory.Write("key", "SG.any.thing\n")}
                base_url: http://127.0.0.1:1

            """
        );
        await using var exporter = await ExporterProcess.StartAsync(_directory, ["--config.file", configuration]);

        await Eventually.TrueAsync(async () =>
            (await exporter.ScrapeAsync()).Sum("sendgrid_discovery_failures_total", ("kind", "automations"), ("reason", "unavailable")) >= 2
        );

        Assert.Equal(HttpStatusCode.OK, await exporter.StatusAsync("-/healthy"));
        Assert.Equal(HttpStatusCode.OK, await exporter.StatusAsync("-/ready"));
        await Eventually.TrueAsync(() => exporter.Complaints.Any());
        Assert.Contains(" level=warn ", Assert.Single(exporter.Complaints), StringComparison.Ordinal);
        Assert.Empty((await exporter.ScrapeAsync())["sendgrid_up"]);
    }

    [Fact]
    public async Task A_refused_key_is_reported_once_and_used_again_when_it_is_accepted()
    {
        await using var sendGrid = await StillSendGrid.StartAsync(WorldOptions.Demo());
        sendGrid.Behaviours.Add("401-bad-key");
        await using var exporter = await ExporterProcess.StartAsync(_directory, Configured.ByFile(_directory, sendGrid, interval: "1s"));

        var refused = await Eventually.GetAsync(
            exporter.ScrapeAsync,
            static page =>
                page["sendgrid_automation_poll_failures_total"].Where(static sample => sample["reason"] is "unauthorized").ToList()
                    is { Count: > 0 } failures
                && failures.TrueForAll(static sample => sample.Value >= 2)
                && page.Sum("sendgrid_discovery_failures_total", ("reason", "unauthorized")) >= 1
        );
        Assert.Equal(0, Assert.Single(refused["sendgrid_up"]).Value);
        Assert.Empty(refused["sendgrid_automation_link_clicks"]);
        Assert.All(refused["sendgrid_automation_last_success_timestamp_seconds"], static sample => Assert.Equal(0, sample.Value));
        await Eventually.TrueAsync(() => exporter.Complaints.Any());
        Assert.Contains(" level=error ", Assert.Single(exporter.Complaints), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, await exporter.StatusAsync("-/healthy"));

        sendGrid.Behaviours.Clear();
        var truth = new Truth(sendGrid.World, sendGrid.Clock.Now, WithAccounts: true, WithNames: true);
        await Eventually.EqualAsync(truth.LinkClicks(), async () => [.. (await exporter.ScrapeAsync())["sendgrid_automation_link_clicks"]]);
        Assert.Equal(1, Assert.Single((await exporter.ScrapeAsync())["sendgrid_up"]).Value);
        Assert.Single(exporter.Complaints);
    }
}
