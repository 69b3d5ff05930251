using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Exporter.Polling;
using Exporter.Tests.VirtualTime;
using Simulator;

namespace Exporter.Tests.Weather;

/// <summary>Every weather at random. The clicks tell from which walk they are, so a page that mixes two walks gives itself away.</summary>
[Collection(nameof(OnVirtualTime))]
public sealed class ChaosTests
{
    private const int Seed = 20260101;
    private const int Turns = 120;
    private const int Links = 16;

    /// <summary>Behaviours that leave the rows themselves alone.</summary>
    private static readonly string[] Weather =
    [
        "paged-normal",
        "short-page=3",
        "token-expired",
        "partial-sweep",
        "next-token-only",
        "next-loses-group",
        "next-http",
        "next-foreign-host",
        "next-relative",
        "next-loop=self",
        "next-loop=cycle",
        "count-odd=page",
        "results-absent",
        "string-numbers",
        "404-errors",
        "404-{}",
        "listed-but-404",
        "401-bad-key",
        "403-scope",
        "403-sporadic=5",
        "429-epoch=37",
        "429-clock-skew=3600/20",
        "429-no-headers",
        "429-retry-after=90",
        "remaining-zero-on-200=45",
        "500-burst=3600",
        "502-html",
        "502-message",
        "status=503",
        "status=418",
        "200-html",
        "redirect=302",
        "delay=20",
        "latency=20",
        "hang=silent",
        "hang=body",
        "reset-mid-body",
        "truncated-json",
        "charset-utf8",
        "gzip",
        "bom",
        "chunked",
    ];

    private static readonly string[] Endpoints = ["automation_links", "automation_stats", "automation_list"];

    private readonly ConcurrentDictionary<string, long> _newest = new(StringComparer.Ordinal);

    [Fact]
    public async Task Whatever_the_API_does_each_page_shows_complete_walks_and_all_recover()
    {
        var machine = new VirtualMachine();
        var sendGrid = await machine.SimulateAsync(WorldOptions.Sized(accounts: 2, automations: 6, steps: 2, linksPerStep: Links / 2));
        sendGrid.Behaviours.Add("stamp-walk");
        // Values that outlive the storm: each scrape is to show a walk of every automation.
        var poll = new PollOptions { MaxAge = TimeSpan.FromDays(2), DiscoveryInterval = TimeSpan.FromMinutes(5) };
        await using var station = await WeatherStation.StartAsync(
            machine,
            sendGrid,
            [.. sendGrid.World.Accounts.Select(account => WeatherStation.Poll(sendGrid, account, named: true))],
            poll
        );
        var automations = sendGrid
            .World.Accounts.SelectMany(account => account.Automations, (account, automation) => (account.Name, automation.Id))
            .ToList();
        await station.UntilAsync("all is well", scrape => automations.All(each => scrape.Of(each.Id, each.Name).Up == 1));

        await StormAsync(station, automations);
        sendGrid.Behaviours.Clear();
        sendGrid.Behaviours.Add("stamp-walk");

        var cleared = await station.ScrapeAsync();
        var last = await station.UntilAsync(
            "all are fresh again",
            scrape =>
                automations.All(each =>
                    scrape.Of(each.Id, each.Name) is { Up: 1 } seen && seen.LastSuccess > cleared.Of(each.Id, each.Name).LastSuccess
                )
        );

        Assert.True(
            automations.Sum(each => last.Of(each.Id, each.Name).Polls) >= 300,
            $"some hundred polls, not {automations.Sum(each => last.Of(each.Id, each.Name).Polls)}"
        );
        Assert.Equal(0, station.Log.Count("ended in an internal error"));
    }

    /// <summary>
    /// Some hours in which the weather changes every minute or two, lasts from seconds to minutes, and each time somebody looks.
    /// </summary>
    private async Task StormAsync(WeatherStation station, List<(string Account, string Id)> automations)
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
            var lasts = string.Create(CultureInfo.InvariantCulture, $"for={dice.Next(10, 900)}s");
            station.SendGrid.Behaviours.Add($"{Weather[dice.Next(Weather.Length)]}@{scope}{lasts}");

            // Three scrapers at once, while the polls are at work on what they were just answered.
            await station.Clock.ForAsync(
                TimeSpan.FromSeconds(dice.Next(150)),
                () =>
                    dice.Next(50) == 0
                        ? Task.WhenAll(LookAsync(station, automations), LookAsync(station, automations), LookAsync(station, automations))
                        : Task.CompletedTask
            );
        }
#pragma warning restore CA5394
    }

    private async Task LookAsync(WeatherStation station, List<(string Account, string Id)> automations)
    {
        // What was seen before the request is older than its answer, or as old.
        var seen = _newest.ToDictionary(StringComparer.Ordinal);
        var page = await station.ScrapeAsync();
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
    }
}
