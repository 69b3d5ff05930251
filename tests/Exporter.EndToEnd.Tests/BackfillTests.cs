using System.Globalization;
using Exporter.EndToEnd.Fixtures;
using Simulator;

namespace Exporter.EndToEnd;

/// <summary>The past, from SendGrid's days into a real Prometheus.</summary>
public sealed class BackfillTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Days_go_through_promtool_into_Prometheus_as_they_were_and_live_scraping_goes_on_without_a_step()
    {
        Tool.Require("promtool");
        await using var sendGrid = await StillSendGrid.StartAsync(WorldOptions.Several());
        var arguments = Configured.ByFile(_directory, sendGrid);
        var file = Path.Combine(_directory.Path, "past.om");
        var today = DateOnly.FromDateTime(sendGrid.Clock.Now.UtcDateTime);
        var first = today.AddDays(-20);

        var (code, output, error) = await ExporterProcess.RunAsync(["backfill", .. arguments, $"--from={first:yyyy-MM-dd}", $"--output={file}"]);
        Assert.True(code == 0, error);
        Assert.Empty(output);
        Assert.False(File.Exists(file + ".part"));
        await using (var promtool = ChildProcess.Start("promtool", ["tsdb", "create-blocks-from", "openmetrics", file, Path.Combine(_directory.Path, "tsdb")], _directory.Path))
        {
            Assert.True(await promtool.ExitCodeAsync(Eventually.Patience) == 0, promtool.Error);
        }

        await using var exporter = await ExporterProcess.StartAsync(_directory, arguments);
        await using var prometheus = await PrometheusServer.StartAsync(_directory, exporter.Address);
        var truth = new Truth(sendGrid.World, sendGrid.Clock.Now, WithAccounts: true, WithNames: true);
        await Eventually.EqualAsync(truth.StepStatistics(), () => prometheus.QueryAsync($"{{__name__=~\"{Truth.StepStatisticNames}\"}}"));

        var account = sendGrid.World.Accounts[0];
        foreach (var automation in account.Automations)
        {
            foreach (var day in (DateOnly[])[first, first.AddDays(9), today.AddDays(-1)])
            {
                var (begin, end) = (Midnight(day), Midnight(day.AddDays(1)));
                var selector = $"{{account=\"{account.Name}\",automation=\"{automation.Name}\"}}";
                var seen = await prometheus.QueryAsync($"sendgrid_automation_step_clicks{selector} @ {end} - sendgrid_automation_step_clicks{selector} @ {begin}");
                var world = sendGrid.World.StepDays(automation.Id, day, day, TimeZoneInfo.Utc, sendGrid.Clock.Now).ToDictionary(step => step.StepId, step => (double)step.Stats.Clicks, StringComparer.Ordinal);
                Assert.Equal(world, seen.ToDictionary(step => step["step_id"], step => step.Value, StringComparer.Ordinal));
            }

            // What is scraped now lies above the last day's end by what today has brought, and by nothing else.
            var live = await prometheus.QueryAsync($"sum(sendgrid_automation_step_clicks{{automation=\"{automation.Name}\",account=\"{account.Name}\"}}) - sum(sendgrid_automation_step_clicks{{automation=\"{automation.Name}\",account=\"{account.Name}\"}} @ {Midnight(today)})");
            Assert.Equal(
                sendGrid.World.StepDays(automation.Id, today, today, TimeZoneInfo.Utc, sendGrid.Clock.Now).Sum(step => step.Stats.Clicks),
                Assert.Single(live).Value);
        }
    }

    [Fact]
    public async Task An_interrupted_run_is_resumed_where_it_stood()
    {
        await using var sendGrid = await StillSendGrid.StartAsync(WorldOptions.Sized(automations: 4, steps: 2, linksPerStep: 2));
        var (arguments, file) = (Configured.ByFile(_directory, sendGrid), Path.Combine(_directory.Path, "past.om"));
        var broken = sendGrid.World.Accounts[0].Automations[2].Id;
        var rule = sendGrid.Behaviours.Add($"200-html@automation={broken}");

        var (code, _, error) = await ExporterProcess.RunAsync(["backfill", .. arguments, $"--output={file}"]);
        Assert.True(code == 3, error);
        Assert.False(File.Exists(file));
        sendGrid.Behaviours.Remove(rule);
        var before = sendGrid.Requests.Count;
        (code, _, error) = await ExporterProcess.RunAsync(["backfill", .. arguments, $"--output={file}"]);

        Assert.True(code == 0, error);
        Assert.Equal([broken], sendGrid.Requests.Snapshot().Skip(before).Select(request => request.Id).OfType<string>().Distinct());
        Assert.EndsWith("# EOF\n", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_saved_state_is_a_source_too()
    {
        await using var sendGrid = await StillSendGrid.StartAsync(WorldOptions.Several());
        var arguments = Configured.ByFile(_directory, sendGrid);
        var data = Path.Combine(_directory.Path, "data");
        var truth = new Truth(sendGrid.World, sendGrid.Clock.Now, WithAccounts: true, WithNames: true);
        await using (var exporter = await ExporterProcess.StartAsync(_directory, arguments))
        {
            await Eventually.TrueAsync(async () => (await exporter.ScrapeAsync())["sendgrid_automation_link_clicks"].Count() == truth.LinkClicks().Count());
            await exporter.StopAsync(System.Runtime.InteropServices.PosixSignal.SIGTERM, TimeSpan.FromSeconds(5));
        }

        var (code, output, error) = await ExporterProcess.RunAsync(["backfill", .. arguments, "--source=store", $"--storage.path={data}"]);

        Assert.True(code == 0, error);
        Assert.Equal(truth.LinkClicks().Count(), output.Split('\n').Count(static line => line.StartsWith("sendgrid_automation_link_clicks{", StringComparison.Ordinal)));
        Assert.EndsWith("# EOF\n", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, "--from=yesterday")]
    [InlineData(2, "--from=2026-02-01", "--to=2026-01-01")]
    [InlineData(2, "--source=memory")]
    [InlineData(3, "--automations=nobody")]
    [InlineData(3, "--source=store", "--storage.path=nowhere")]
    [InlineData(0, "--automations=welcome-series", "--from=2020-01-01")]
    public async Task The_exit_code_says_how_it_went(int expected, params string[] arguments)
    {
        var (code, _, error) = await ExporterProcess.RunAsync(["backfill", "--demo", .. arguments]);

        Assert.True(expected == code, $"{code}: {error}");
    }

    private static string Midnight(DateOnly day) => new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
}
