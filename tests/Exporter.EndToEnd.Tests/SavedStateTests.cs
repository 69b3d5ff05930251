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
    public async Task After_a_restart_without_the_API_the_last_values_are_served_with_their_true_age()
    {
        await using var sendGrid = await StillSendGrid.StartAsync(WorldOptions.Several());
        var arguments = Configured.ByFile(_directory, sendGrid, interval: "1s");
        PrometheusText before;
        await using (var first = await ExporterProcess.StartAsync(_directory, arguments))
        {
            before = await Configured.SavedAsync(first, sendGrid);
            Assert.Equal(0, Assert.Single(before["sendgrid_exporter_state_restored"]).Value);
            Assert.Equal(0, await first.StopAsync());
        }

        var stopped = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() / 1000d;
        sendGrid.Behaviours.Add("500-burst=3600");
        await using var second = await ExporterProcess.StartAsync(_directory, arguments);
        var after = await second.ScrapeAsync();

        Assert.Equal(Values(before["sendgrid_automation_link_clicks"]), Values(after["sendgrid_automation_link_clicks"]));
        Assert.Equal(Values(before["sendgrid_singlesend_link_clicks"]), Values(after["sendgrid_singlesend_link_clicks"]));
        Assert.Equal(1, Assert.Single(after["sendgrid_exporter_state_restored"]).Value);
        Assert.Equal(System.Net.HttpStatusCode.OK, await second.StatusAsync("-/ready"));
        var ages = Values(after["sendgrid_automation_last_success_timestamp_seconds"]);
        Assert.All(
            Values(before["sendgrid_automation_last_success_timestamp_seconds"]),
            seen => Assert.InRange(ages[seen.Key], seen.Value, stopped)
        );
        await Eventually.TrueAsync(async () =>
            (await second.ScrapeAsync())["sendgrid_automation_up"].Any(static sample => sample.Value == 0)
        );
        Assert.Equal(
            Values(before["sendgrid_automation_link_clicks"]),
            Values((await second.ScrapeAsync())["sendgrid_automation_link_clicks"])
        );
    }

    /// <summary>
    /// SENDGRID_EXPORTER_KILLS sets how often, SENDGRID_EXPORTER_SEED when. A kill comes with something that the program is seen to do:
    /// while it starts, migrates and restores, while it polls, and while it saves. What is served after each start is one complete walk
    /// that was served before or that nobody has seen, and never one older than what a save had confirmed.
    /// </summary>
    [Fact]
    public async Task After_a_kill_at_any_moment_the_last_saved_complete_walk_is_served()
    {
        var (kills, seed) = (Number("SENDGRID_EXPORTER_KILLS", otherwise: 8), Number("SENDGRID_EXPORTER_SEED", otherwise: 1));
        TestContext.Current.TestOutputHelper?.WriteLine($"SENDGRID_EXPORTER_KILLS={kills} SENDGRID_EXPORTER_SEED={seed}");
        using var moment = new KillSwitch(Directory.CreateDirectory(Path.Combine(_directory.Path, "data")).FullName, seed);
        await using var sendGrid = await SimulatedSendGrid.StartAsync(
            new SimulatorOptions
            {
                World = WorldOptions.Several(),
                RateLimit = int.MaxValue,
                Speed = 2000,
                Log = _ => moment.Happened(),
            },
            TestContext.Current.CancellationToken
        );
        var arguments = Configured.ByFile(_directory, sendGrid, interval: "1s");
        var (kept, unheard) = (new KeptWalks(), 0);
        for (var kill = 1; kill <= kills; kill++)
        {
            string[] command = [.. arguments, "--web.listen-address=127.0.0.1:0"];
            await using (var starting = ChildProcess.Start(ExporterProcess.File, command, _directory.Path))
            {
                moment.Kills(starting, most: 60);
                await starting.ExitCodeAsync();
                unheard += starting.Error.Contains("Listening.", StringComparison.Ordinal) ? 0 : 1;
            }

            await using var exporter = await ExporterProcess.StartAsync(_directory, arguments);
            await ComesBackAsync(exporter, kept, $"after kill {kill} of seed {seed}");
            if (kill % 4 == 0 || kill == kills)
            {
                await Eventually.TrueAsync(async () =>
                {
                    kept.Watch(await exporter.ScrapeAsync());
                    return kept.HasConfirmed;
                });
            }

            moment.Kills(exporter.Process, most: 100);
            await Eventually.TrueAsync(() => WatchAsync(exporter, kept));
        }

        // Nothing more is to be had from the API, so what the one serves the next one has to serve.
        sendGrid.Behaviours.Add("hang=silent");
        for (var last = 0; last < 2; last++)
        {
            await using var exporter = await ExporterProcess.StartAsync(_directory, arguments);
            kept.Watch(await ComesBackAsync(exporter, kept, $"after the kills of seed {seed}"));
        }

        Assert.True(kept.Confirmed > 0, "no save was ever seen");
        Assert.True(kept.Recognised > 0 && kept.Agreed > 0, "nothing was ever restored");
        Assert.Empty(Directory.GetFiles(Path.Combine(_directory.Path, "data"), "*.bad-*"));
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{2 * kills} kills, {unheard} of them before it listened; {kept.Recognised} of {kept.Served} restored walks had been scraped "
                + $"before, {kept.Agreed} agreed with the changes, {kept.Confirmed} automations were known to be saved."
        );
    }

    [Fact]
    public async Task After_a_restart_without_the_API_every_scrape_has_the_saved_series_until_max_age()
    {
        await using var sendGrid = await StillSendGrid.StartAsync(WorldOptions.Several());
        var arguments = Configured.ByFile(_directory, sendGrid, interval: "1s");
        var count = new Truth(sendGrid.World, sendGrid.Clock.Now, WithAccounts: true, WithNames: true).LinkClicks().Count();
        var first = await ExporterProcess.StartAsync(_directory, arguments);
        await using var firstEnds = first;
        await Configured.SavedAsync(first, sendGrid);
        await using var prometheus = await PrometheusServer.StartAsync(_directory, first.Address);
        await Eventually.TrueAsync(async () => (await prometheus.QueryAsync("sendgrid_automation_link_clicks")).Count == count);

        // The same address again, and nothing to be had from the API.
        sendGrid.Behaviours.Add("500-burst=3600");
        Assert.Equal(0, await first.StopAsync());
        await using var second = await ExporterProcess.StartAsync(_directory, arguments, listenAddress: first.Address.Authority);
        const string Restored = "sendgrid_automation_link_clicks and on() sendgrid_exporter_state_restored == 1";
        await Eventually.TrueAsync(async () => (await prometheus.QueryAsync(Restored)).Count == count);

        var samples = await prometheus.SamplesAsync("{__name__=~\"up|sendgrid_automation_link_clicks\"}[1h]");
        var answered = samples
            .Single(static series => series.Series.Name == "up")
            .Values.Where(static scrape => scrape.Value == 1)
            .Select(static scrape => scrape.Key)
            .Order();
        Assert.Equal(count, samples.Count - 1);
        Assert.All(
            samples.Where(static series => series.Series.Name != "up"),
            each =>
            {
                Assert.Equal(answered, each.Values.Keys.Order());
                Assert.Single(each.Values.Values.Distinct());
            }
        );

        Configured.ByFile(_directory, sendGrid, interval: "1s", maxAge: "2s");
        second.Send(PosixSignal.SIGHUP);
        await Eventually.TrueAsync(async () => (await prometheus.QueryAsync("sendgrid_automation_link_clicks")).Count == 0);
        await Eventually.TrueAsync(async () =>
            (await prometheus.QueryAsync("sendgrid_automation_last_success_timestamp_seconds > 0")).Count > 0
        );
    }

    private static int Number(string variable, int otherwise) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } number
            ? int.Parse(number, CultureInfo.InvariantCulture)
            : otherwise;

    private static async Task<PrometheusText> ComesBackAsync(ExporterProcess exporter, KeptWalks kept, string when)
    {
        var page = await exporter.ScrapeAsync();
        kept.AssertServedBy(page, when);
        await kept.AssertAgreesAsync(exporter, page);
        return page;
    }

    /// <returns>Whether it has been killed.</returns>
    private static async Task<bool> WatchAsync(ExporterProcess exporter, KeptWalks kept)
    {
        try
        {
            kept.Watch(await exporter.ScrapeAsync());
        }
        catch (HttpRequestException)
        {
            // That was its end.
        }

        return exporter.Process.HasExited;
    }

    private static Dictionary<string, double> Values(IEnumerable<Sample> samples) =>
        samples.ToDictionary(static sample => sample.Id, static sample => sample.Value, StringComparer.Ordinal);
}
