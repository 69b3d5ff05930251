using System.Globalization;
using System.Runtime.InteropServices;
using Exporter.EndToEnd.Fixtures;
using Simulator;

namespace Exporter.EndToEnd;

/// <summary>What was seen outlives the program.</summary>
public sealed class SavedStateTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task After_a_restart_while_the_API_is_down_the_last_values_are_there_at_once_with_their_true_age()
    {
        await using var sendGrid = await StillSendGrid.StartAsync(WorldOptions.Several());
        var arguments = Configured.ByFile(_directory, sendGrid);
        Exposition before;
        await using (var first = await ExporterProcess.StartAsync(_directory, arguments))
        {
            before = await CompleteAsync(first, new Truth(sendGrid.World, sendGrid.Clock.Now, WithAccounts: true, WithNames: true).LinkClicks().Count());
            Assert.Equal(0, Assert.Single(before["sendgrid_exporter_state_restored"]).Value);
            Assert.Equal(0, await first.StopAsync(PosixSignal.SIGTERM, TimeSpan.FromSeconds(5)));
        }

        sendGrid.Behaviours.Add("500-burst=3600");
        await using var second = await ExporterProcess.StartAsync(_directory, arguments);
        var after = await second.ScrapeAsync();

        Assert.Equal(Values(before["sendgrid_automation_link_clicks"]), Values(after["sendgrid_automation_link_clicks"]));
        Assert.Equal(Values(before["sendgrid_singlesend_link_clicks"]), Values(after["sendgrid_singlesend_link_clicks"]));
        Assert.Equal(1, Assert.Single(after["sendgrid_exporter_state_restored"]).Value);
        Assert.Equal(System.Net.HttpStatusCode.OK, await second.StatusAsync("-/ready"));
        var ages = Values(after["sendgrid_automation_last_success_timestamp_seconds"]);
        Assert.All(Values(before["sendgrid_automation_last_success_timestamp_seconds"]), seen => Assert.InRange(ages[seen.Key], seen.Value, seen.Value + 60));
        await Eventually.TrueAsync(async () => (await second.ScrapeAsync())["sendgrid_automation_up"].Any(static sample => sample.Value == 0));
        Assert.Equal(Values(before["sendgrid_automation_link_clicks"]), Values((await second.ScrapeAsync())["sendgrid_automation_link_clicks"]));
    }

    [Fact]
    public async Task Beyond_max_age_a_restored_series_goes()
    {
        await using var sendGrid = await StillSendGrid.StartAsync(WorldOptions.Several());
        var arguments = Configured.ByFile(_directory, sendGrid, interval: "1s");
        await File.WriteAllTextAsync(arguments[1], (await File.ReadAllTextAsync(arguments[1], TestContext.Current.CancellationToken)).Replace("  timeout: 60s", "  timeout: 60s\n  max_age: 12s", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        await using (var first = await ExporterProcess.StartAsync(_directory, arguments))
        {
            await CompleteAsync(first, 1);
            Assert.Equal(0, await first.StopAsync(PosixSignal.SIGTERM, TimeSpan.FromSeconds(5)));
        }

        sendGrid.Behaviours.Add("500-burst=3600");
        await using var second = await ExporterProcess.StartAsync(_directory, arguments);

        Assert.NotEmpty((await second.ScrapeAsync())["sendgrid_automation_link_clicks"]);
        await Eventually.TrueAsync(async () => !(await second.ScrapeAsync())["sendgrid_automation_link_clicks"].Any());
        Assert.NotEmpty((await second.ScrapeAsync())["sendgrid_automation_last_success_timestamp_seconds"]);
    }

    /// <summary>SENDGRID_EXPORTER_KILLS sets how often; what is served after each start is one complete walk, and none before the last one known to be saved.</summary>
    [Fact]
    public async Task Killed_at_any_moment_it_comes_back_with_a_complete_walk_not_older_than_the_last_saved_one()
    {
        var kills = int.Parse(Environment.GetEnvironmentVariable("SENDGRID_EXPORTER_KILLS") ?? "6", CultureInfo.InvariantCulture);
        await using var sendGrid = await SimulatedSendGrid.StartAsync(
            new SimulatorOptions { World = WorldOptions.Several(), RateLimit = int.MaxValue, Speed = 2000 }, TestContext.Current.CancellationToken);
        var arguments = Configured.ByFile(_directory, sendGrid, interval: "1s");
        var random = new Random(1);
        var saved = new Dictionary<string, double>(StringComparer.Ordinal);
        for (var kill = 0; kill <= kills; kill++)
        {
            await using var exporter = await ExporterProcess.StartAsync(_directory, arguments);
            var page = await exporter.ScrapeAsync();
            AssertComplete(page);
            var shown = Values(page["sendgrid_automation_last_success_timestamp_seconds"]);
            Assert.All(saved, last => Assert.True(shown.GetValueOrDefault(last.Key) >= last.Value, $"{last.Key} is older than saved, after kill {kill}"));
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(300, 1500)), TimeProvider.System, TestContext.Current.CancellationToken);
            page = await exporter.ScrapeAsync();
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(0, 2500)), TimeProvider.System, TestContext.Current.CancellationToken);
            var later = await exporter.ScrapeAsync();
            AssertComplete(later);

            // All that ended more than a second before the last save was in it.
            var lastSave = Assert.Single(later["sendgrid_exporter_state_last_save_timestamp_seconds"]).Value;
            foreach (var (automation, at) in Values(page["sendgrid_automation_last_success_timestamp_seconds"]).Where(success => success.Value > 0 && success.Value < lastSave - 1))
            {
                saved[automation] = at;
            }
        }

        Assert.NotEmpty(saved);
        Assert.Empty(Directory.GetFiles(Path.Combine(_directory.Path, "data"), "*.bad-*"));
    }

    [Fact]
    public async Task Prometheus_sees_no_gap_longer_than_its_scrape_interval_over_a_restart()
    {
        await using var sendGrid = await StillSendGrid.StartAsync(WorldOptions.Several());
        string[] arguments = [.. Configured.ByFile(_directory, sendGrid)];
        var count = new Truth(sendGrid.World, sendGrid.Clock.Now, WithAccounts: true, WithNames: true).LinkClicks().Count();
        var first = await ExporterProcess.StartAsync(_directory, arguments);
        await using var firstEnds = first;
        await CompleteAsync(first, count);
        await using var prometheus = await PrometheusServer.StartAsync(_directory, first.Address, seconds: 4);
        await Eventually.TrueAsync(async () => (await prometheus.QueryAsync("sendgrid_automation_link_clicks")).Count == count);
        Assert.Equal(0, await first.StopAsync(PosixSignal.SIGTERM, TimeSpan.FromSeconds(5)));

        // The same address again, and nothing to be had from the API.
        sendGrid.Behaviours.Add("500-burst=3600");
        await using var second = await ExporterProcess.StartAsync(_directory, arguments, listenAddress: first.Address.Authority);
        await Eventually.TrueAsync(async () => (await prometheus.QueryAsync("sendgrid_automation_link_clicks and on() sendgrid_exporter_state_restored == 1")).Count == count);

        // Two scrapes may lie no more than two intervals apart when one fell into the restart.
        var gaps = await prometheus.QueryAsync("count_over_time(sendgrid_automation_link_clicks[20s])");
        Assert.Equal(count, gaps.Count);
        Assert.All(gaps, static series => Assert.True(series.Value >= 2, series.Id));
    }

    private static async Task<Exposition> CompleteAsync(ExporterProcess exporter, int links)
    {
        Exposition? page = null;
        await Eventually.TrueAsync(async () =>
        {
            page = await exporter.ScrapeAsync();
            return page["sendgrid_automation_link_clicks"].Count() >= links && Assert.Single(page["sendgrid_exporter_state_last_save_timestamp_seconds"]).Value > 0;
        });
        return page!;
    }

    /// <summary>The API's own total is of the same walk as the links, so half a walk or two mixed ones do not add up.</summary>
    private static void AssertComplete(Exposition page)
    {
        var sums = page["sendgrid_automation_link_clicks"].GroupBy(static link => link["account"] + "/" + link["automation"], StringComparer.Ordinal)
            .ToDictionary(static automation => automation.Key, static automation => automation.Sum(static link => link.Value), StringComparer.Ordinal);
        Assert.All(page["sendgrid_automation_reported_clicks"], total => Assert.Equal(total.Value, sums.GetValueOrDefault(total["account"] + "/" + total["automation"])));
    }

    private static Dictionary<string, double> Values(IEnumerable<Sample> samples) => samples.ToDictionary(static sample => sample.Id, static sample => sample.Value, StringComparer.Ordinal);
}
