using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Simulator;

namespace Exporter.Tests.Weather;

/// <summary>Every weather at random. The clicks tell from which walk they are, so a page that mixes two walks gives itself away.</summary>
public sealed class ChaosTests
{
    private const int Seed = 20260101;
    private const int Turns = 120;
    private const int Links = 16;

    /// <summary>Behaviours that leave the rows themselves alone.</summary>
    private static readonly string[] Weather =
    [
        "paged-normal", "short-page=3", "token-expired", "partial-sweep", "next-token-only", "next-loses-group", "next-http", "next-foreign-host",
        "next-relative", "next-loop=self", "next-loop=cycle", "count-odd=page", "results-absent", "string-numbers", "404-errors", "404-{}",
        "listed-but-404", "401-bad-key", "403-scope", "403-sporadic=5", "429-epoch=1", "429-clock-skew=3600/1", "429-no-headers", "429-retry-after=1",
        "remaining-zero-on-200=1", "500-burst=3600", "502-html", "502-message", "status=503", "status=418", "200-html", "redirect=302", "delay=0.5",
        "latency=20", "hang=silent", "hang=body", "reset-mid-body", "truncated-json", "charset-utf8", "gzip", "bom", "chunked",
    ];

    private static readonly string[] Endpoints = ["automation_links", "automation_stats", "automation_list"];

    private readonly ConcurrentDictionary<string, long> _newest = new(StringComparer.Ordinal);
    private int _scrapes;

    [Fact]
    public async Task Under_any_weather_a_page_shows_one_complete_walk_of_each_automation_and_all_are_fresh_when_it_clears()
    {
        var sendGrid = await WeatherStation.SimulateAsync(WorldOptions.Sized(accounts: 2, automations: 6, steps: 2, linksPerStep: Links / 2));
        sendGrid.Behaviours.Add("stamp-walk");
        var fast = WeatherStation.Fast with { Interval = TimeSpan.FromMilliseconds(250), Timeout = TimeSpan.FromSeconds(2), MaxAge = TimeSpan.FromMinutes(5) };
        await using var station = await WeatherStation.StartAsync(
            sendGrid, fast, [.. sendGrid.World.Accounts.Select(account => WeatherStation.Poll(sendGrid, account, named: true))]);
        var automations = sendGrid.World.Accounts.SelectMany(account => account.Automations, (account, automation) => (account.Name, automation.Id)).ToList();
        await station.UntilAsync("all is well", scrape => automations.All(each => scrape.Of(each.Id, each.Name).Up == 1));

        using var clear = new CancellationTokenSource();
        var scrapers = Enumerable.Range(0, 3).Select(_ => ScrapeAsync(station, automations, clear.Token)).ToList();
        await StormAsync(sendGrid, automations);
        sendGrid.Behaviours.Clear();
        sendGrid.Behaviours.Add("stamp-walk");

        var cleared = await station.ScrapeAsync();
        var last = await station.UntilAsync("all are fresh again", scrape => automations.All(each =>
            scrape.Of(each.Id, each.Name) is { Up: 1 } seen && seen.LastSuccess > cleared.Of(each.Id, each.Name).LastSuccess));
        await clear.CancelAsync();
        await Task.WhenAll(scrapers);

        Assert.True(automations.Sum(each => last.Of(each.Id, each.Name).Polls) >= 300, $"some hundred polls, not {automations.Sum(each => last.Of(each.Id, each.Name).Polls)}");
        Assert.True(_scrapes >= 100, "some hundred scrapes");
        Assert.Equal(0, station.Log.Count("internal error"));
    }

    private static async Task StormAsync(SimulatedSendGrid sendGrid, List<(string Account, string Id)> automations)
    {
#pragma warning disable CA5394 // Not for secrets: the same seed is to give the same weather.
        var dice = new Random(Seed);
        for (var turn = 0; turn < Turns; turn++)
        {
            var scope = dice.Next(12) switch
            {
                0 => "",
                1 => $"account={automations[dice.Next(automations.Count)].Account},",
                2 or 3 => $"endpoint={Endpoints[dice.Next(Endpoints.Length)]},",
                _ => $"automation={automations[dice.Next(automations.Count)].Id},",
            };
            var lasts = string.Create(CultureInfo.InvariantCulture, $"for={dice.Next(100, 1500)}ms");
            sendGrid.Behaviours.Add($"{Weather[dice.Next(Weather.Length)]}@{scope}{lasts}");
            await Task.Delay(TimeSpan.FromMilliseconds(dice.Next(400)), TimeProvider.System, WeatherStation.Stopping);
        }
#pragma warning restore CA5394
    }

    private async Task ScrapeAsync(WeatherStation station, List<(string Account, string Id)> automations, CancellationToken clear)
    {
        while (!clear.IsCancellationRequested)
        {
            // What was seen before the request is older than its answer, or as old.
            var seen = _newest.ToDictionary(StringComparer.Ordinal);
            var page = await station.ScrapeAsync();
            Interlocked.Increment(ref _scrapes);
            foreach (var (account, id) in automations)
            {
                var clicks = page.Of(id, account).Clicks.Values;
                Assert.Equal(Enumerable.Range(0, Links).Select(row => (long)row), clicks.Select(stamped => stamped % 1000).Order());
                var walk = Assert.Single(clicks.Select(stamped => stamped / 1000).Distinct());
                Assert.True(walk >= seen.GetValueOrDefault(id), "an older walk came back");
                _newest.AddOrUpdate(id, walk, (_, newest) => Math.Max(newest, walk));

                var steps = page.Family("sendgrid_automation_step_clicks", $"automation=\"{id}\"");
                Assert.Equal([0, 1], steps.Values.Select(stamped => stamped % 1000).Order());
                Assert.Single(steps.Values.Select(stamped => Math.Floor(stamped / 1000)).Distinct());
            }

            Assert.Equal(HttpStatusCode.OK, await station.StatusAsync("/-/healthy"));
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, WeatherStation.Stopping);
        }
    }
}
