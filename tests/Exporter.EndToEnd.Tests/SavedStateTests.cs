using System.Globalization;
using System.Runtime.InteropServices;
using Exporter.EndToEnd.Fixtures;
using Simulator;

namespace Exporter.EndToEnd;

/// <summary>What was seen outlives the program.</summary>
public sealed class SavedStateTests : IDisposable
{
    /// <summary>Seconds between two scrapes: longer than a start takes on a busy machine.</summary>
    private const int Interval = 6;

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

    /// <summary>
    /// SENDGRID_EXPORTER_KILLS sets how often. A kill comes at any moment: while the program starts, migrates and restores, while it polls, and
    /// while it saves. What is served after each start is one complete walk that was served before or that nobody has seen, and never one
    /// older than what a save had confirmed.
    /// </summary>
    [Fact]
    public async Task Killed_at_any_moment_it_comes_back_with_a_complete_walk_not_older_than_the_last_saved_one()
    {
        var kills = int.Parse(Environment.GetEnvironmentVariable("SENDGRID_EXPORTER_KILLS") ?? "8", CultureInfo.InvariantCulture);
        await using var sendGrid = await SimulatedSendGrid.StartAsync(
            new SimulatorOptions { World = WorldOptions.Several(), RateLimit = int.MaxValue, Speed = 2000 }, TestContext.Current.CancellationToken);
        var arguments = Configured.ByFile(_directory, sendGrid, interval: "1s");
        var (random, kept) = (new Random(kills), new KeptWalks());
        for (var kill = 0; kill <= kills; kill++)
        {
            if (kill % 3 == 2)
            {
                await using var starting = ChildProcess.Start(ExporterProcess.File, [.. arguments, "--web.listen-address=127.0.0.1:0"], _directory.Path);
                await Task.Delay(TimeSpan.FromMilliseconds(random.Next(20, 900)), TimeProvider.System, TestContext.Current.CancellationToken);
            }

            await using var exporter = await ExporterProcess.StartAsync(_directory, arguments);
            var page = await exporter.ScrapeAsync();
            kept.AssertServedBy(page, $"after kill {kill}");
            await kept.AssertAgreesAsync(exporter, page);
            var until = random.Next(200, 1200) * (kill % 4 == 0 ? 4 : 1);
            for (var elapsed = 0; elapsed < until; elapsed += 150)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(150), TimeProvider.System, TestContext.Current.CancellationToken);
                kept.Watch(await exporter.ScrapeAsync());
            }

            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(150)), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        Assert.True(kept.Confirmed > 0, "no save was ever seen");
        Assert.True(kept.Recognised > 0 && kept.Agreed > 0, "nothing was ever restored");
        Assert.Empty(Directory.GetFiles(Path.Combine(_directory.Path, "data"), "*.bad-*"));
        TestContext.Current.SendDiagnosticMessage($"{kills} kills, {kept.Recognised} of {kept.Served} restored walks had been scraped before, {kept.Agreed} agreed with the changes, {kept.Confirmed} automations were known to be saved.");
    }

    [Fact]
    public async Task Over_a_restart_without_an_API_Prometheus_misses_one_scrape_at_most_and_the_series_go_past_max_age()
    {
        await using var sendGrid = await StillSendGrid.StartAsync(WorldOptions.Several());
        var arguments = Configured.ByFile(_directory, sendGrid, maxAge: "40s");
        var count = new Truth(sendGrid.World, sendGrid.Clock.Now, WithAccounts: true, WithNames: true).LinkClicks().Count();
        var first = await ExporterProcess.StartAsync(_directory, arguments);
        await using var firstEnds = first;
        await CompleteAsync(first, count);
        await using var prometheus = await PrometheusServer.StartAsync(_directory, first.Address, Interval);
        await Eventually.TrueAsync(async () => (await prometheus.QueryAsync("sendgrid_automation_link_clicks")).Count == count);

        // Right after a scrape, and then the same address again, and nothing to be had from the API.
        await Eventually.TrueAsync(async () => (await prometheus.QueryAsync("time() - timestamp(up) < 1")).Count > 0);
        sendGrid.Behaviours.Add("500-burst=3600");
        Assert.Equal(0, await first.StopAsync(PosixSignal.SIGTERM, TimeSpan.FromSeconds(5)));
        await using var second = await ExporterProcess.StartAsync(_directory, arguments, listenAddress: first.Address.Authority);
        await Eventually.TrueAsync(async () => (await prometheus.QueryAsync("sendgrid_automation_link_clicks and on() sendgrid_exporter_state_restored == 1")).Count == count);

        await Eventually.TrueAsync(async () => (await prometheus.QueryAsync("sendgrid_automation_link_clicks")).Count == 0);
        var series = await prometheus.SamplesAsync("sendgrid_automation_link_clicks[5m]");
        Assert.Equal(count, series.Count);
        Assert.All(series, static each =>
        {
            var times = each.Values.Keys.Order().ToList();
            Assert.InRange(times.Zip(times.Skip(1), static (one, next) => next - one).Max(), 0, (2 * Interval * 1000) + 500);
            Assert.Single(each.Values.Values.Distinct());
        });
        Assert.NotEmpty(await prometheus.QueryAsync("sendgrid_automation_last_success_timestamp_seconds > 0"));
    }

    [Fact]
    public async Task On_a_full_disk_it_polls_and_serves_and_saves_as_soon_as_there_is_room()
    {
        string[] ownMounts = ["unshare", "--mount"];
        await using (var probe = ChildProcess.Start(ownMounts[0], [ownMounts[1], "mount", "-t", "tmpfs", "tmpfs", _directory.Path], _directory.Path))
        {
            Assert.SkipUnless(await probe.ExitCodeAsync(Eventually.Patience) == 0, "only root can mount a small disk");
        }

        await using var sendGrid = await StillSendGrid.StartAsync(WorldOptions.Several());
        var data = Directory.CreateDirectory(Path.Combine(_directory.Path, "data")).FullName;
        await using var exporter = await ExporterProcess.StartAsync(
            _directory, Configured.ByFile(_directory, sendGrid), environment: null, "127.0.0.1:0",
            [.. ownMounts, "sh", "-c", "mount -t tmpfs -o size=2m tmpfs \"$0\" && ! cat /dev/zero > \"$0/filler\" 2> /dev/null && exec \"$@\"", data]);
        var links = new Truth(sendGrid.World, sendGrid.Clock.Now, WithAccounts: true, WithNames: true).LinkClicks().Count();
        await Eventually.TrueAsync(async () => (await exporter.ScrapeAsync())["sendgrid_automation_link_clicks"].Count() == links);
        var full = await exporter.ScrapeAsync();
        Assert.Equal(0, Assert.Single(full["sendgrid_exporter_state_last_save_timestamp_seconds"]).Value);
        Assert.Single(exporter.Complaints);

        // The program sees another disk than the test does.
        File.Delete($"/proc/{exporter.Id}/root{data}/filler");
        await Eventually.TrueAsync(async () => Assert.Single((await exporter.ScrapeAsync())["sendgrid_exporter_state_last_save_timestamp_seconds"]).Value > 0);
        Assert.Equal(1, Assert.Single((await exporter.ScrapeAsync())["sendgrid_exporter_state_usable"]).Value);
        Assert.Equal(0, await exporter.StopAsync(PosixSignal.SIGTERM, TimeSpan.FromSeconds(5)));
        Assert.Single(exporter.Complaints);
    }

    [Fact]
    public async Task A_store_that_somebody_deletes_is_told_and_begun_anew()
    {
        await using var sendGrid = await StillSendGrid.StartAsync(WorldOptions.Several());
        var links = new Truth(sendGrid.World, sendGrid.Clock.Now, WithAccounts: true, WithNames: true).LinkClicks().Count();
        var data = Path.Combine(_directory.Path, "data");
        await using (var exporter = await ExporterProcess.StartAsync(_directory, Configured.ByFile(_directory, sendGrid)))
        {
            await CompleteAsync(exporter, links);

            Directory.Delete(data, recursive: true);

            await Eventually.TrueAsync(async () => Assert.Single((await exporter.ScrapeAsync())["sendgrid_exporter_state_usable"]).Value == 0);
            await Eventually.TrueAsync(async () => Assert.Single((await exporter.ScrapeAsync())["sendgrid_exporter_state_usable"]).Value == 1);
            Assert.Contains("the store has been deleted", Assert.Single(exporter.Complaints), StringComparison.Ordinal);
            Assert.Equal(0, await exporter.StopAsync(PosixSignal.SIGTERM, TimeSpan.FromSeconds(5)));
        }

        sendGrid.Behaviours.Add("500-burst=3600");
        await using var second = await ExporterProcess.StartAsync(_directory, Configured.ByFile(_directory, sendGrid));
        Assert.Equal(links, (await second.ScrapeAsync())["sendgrid_automation_link_clicks"].Count());
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

    private static Dictionary<string, double> Values(IEnumerable<Sample> samples) => samples.ToDictionary(static sample => sample.Id, static sample => sample.Value, StringComparer.Ordinal);
}
