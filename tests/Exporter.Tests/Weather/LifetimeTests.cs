using Exporter.Polling;
using Exporter.SendGrid.RateLimits;
using Exporter.Snapshots;
using Exporter.Tests.VirtualTime;
using Simulator;

namespace Exporter.Tests.Weather;

/// <summary>What comes, stays and goes on the page.</summary>
[Collection(nameof(OnVirtualTime))]
public sealed class LifetimeTests
{
    private static readonly WorldOptions Three = WorldOptions.Sized(automations: 3, steps: 2, linksPerStep: 6);

    [Fact]
    public async Task Beyond_max_age_the_data_go_and_the_health_stays()
    {
        var machine = new VirtualMachine();
        var sendGrid = await machine.SimulateAsync(WorldOptions.Sized(automations: 1, steps: 2, linksPerStep: 6));
        var (account, id) = (sendGrid.World.Accounts[0], sendGrid.World.Accounts[0].Automations[0].Id);
        await using var station = await WeatherStation.StartAsync(
            machine,
            sendGrid,
            [WeatherStation.Poll(sendGrid, account, discover: false)]
        );
        await station.UntilAsync("it is fresh", scrape => scrape.Of(id).HasData);

        var rule = sendGrid.Behaviours.Add("502-html");
        var failing = await station.UntilAsync("it fails", scrape => scrape.Of(id).Up == 0);
        var (second, maxAge) = (TimeSpan.FromSeconds(1), new PollOptions().MaxAge);
        await station.UntilAsync("the data are old", _ => Age(failing) > maxAge - TimeSpan.FromMinutes(2));
        var aged = await station.UntilAsync("the data are gone", scrape => !scrape.Of(id).HasData, every: second);

        // The scrape that found them gone may come a second late.
        Assert.InRange(Age(aged), maxAge, maxAge + (2 * second));
        Assert.Equal(failing.Of(id).LastSuccess, aged.Of(id).LastSuccess);
        Assert.Equal(0, aged.Of(id).Up);
        Assert.Null(aged.Of(id).CountMismatch);
        Assert.True(aged.Of(id).Failures["unavailable"] > 0);
        Assert.Equal(1, aged["sendgrid_automation_info", ("automation", id), ("automation_id", id)]);

        sendGrid.Behaviours.Remove(rule);
        await station.UntilAsync("the data are back", scrape => scrape.Of(id) is { HasData: true, Up: 1 });

        TimeSpan Age(Scrape scrape) =>
            machine.Clock.GetUtcNow() - DateTimeOffset.FromUnixTimeMilliseconds((long)(1000 * scrape.Of(id).LastSuccess));
    }

    [Fact]
    public async Task A_poll_that_outlasts_the_interval_is_not_started_twice()
    {
        var machine = new VirtualMachine();
        var sendGrid = await machine.SimulateAsync(Three);
        var account = sendGrid.World.Accounts[0];
        sendGrid.Behaviours.Add("delay=25");
        await using var station = await WeatherStation.StartAsync(
            machine,
            sendGrid,
            [WeatherStation.Poll(sendGrid, account, discover: false)],
            new PollOptions { Interval = TimeSpan.FromSeconds(30), Timeout = TimeSpan.FromMinutes(5) }
        );

        await station.UntilAsync(
            "each was polled four times",
            scrape => account.Automations.All(automation => scrape.Of(automation.Id).Polls >= 4)
        );

        // Two polls at the same time would mix their pages: first, next, next, statistics is one poll.
        Assert.All(
            account.Automations,
            automation =>
                Assert.Matches(
                    "^(fnns){4,}f?n?n?$",
                    string.Concat(
                        station
                            .Requests()
                            .Where(request => string.Equals(request.Id, automation.Id, StringComparison.Ordinal))
                            .Select(request =>
                                request.Endpoint is "automation_stats" ? 's'
                                : request.Query.Contains("page_token", StringComparison.Ordinal) ? 'n'
                                : 'f'
                            )
                    )
                )
        );
    }

    [Fact]
    public async Task When_the_list_fails_what_is_known_is_polled_on()
    {
        var machine = new VirtualMachine();
        var sendGrid = await machine.SimulateAsync(Three);
        var account = sendGrid.World.Accounts[0];
        await using var station = await WeatherStation.StartAsync(machine, sendGrid, [WeatherStation.Poll(sendGrid, account)]);
        var well = await station.UntilAsync(
            "all are known",
            scrape => account.Automations.All(automation => scrape.Of(automation.Id).Up == 1)
        );

        sendGrid.Behaviours.Add("500-burst=3600@endpoint=automation_list");
        var page = await station.UntilAsync(
            "the list has failed twice",
            scrape => scrape["sendgrid_discovery_failures_total", ("kind", "automations"), ("reason", "unavailable")] >= 2
        );

        Assert.All(account.Automations, automation => Assert.Equal(1, page.Of(automation.Id).Up));
        await station.UntilAsync(
            "all are polled on",
            scrape =>
                account.Automations.All(automation =>
                    scrape.Of(automation.Id).LastSuccess > Math.Max(page.Of(automation.Id).LastSuccess, well.Of(automation.Id).LastSuccess)
                )
        );
    }

    [Fact]
    public async Task An_automation_is_polled_once_it_is_listed_and_ages_out_once_it_is_not()
    {
        var machine = new VirtualMachine();
        var sendGrid = await machine.SimulateAsync(Three);
        var (account, last) = (sendGrid.World.Accounts[0], sendGrid.World.Accounts[0].Automations[2].Id);
        var appears = sendGrid.Behaviours.Add("new-automation-appears=2");
        sendGrid.Behaviours.Add("export-route");
        await using var station = await WeatherStation.StartAsync(machine, sendGrid, [WeatherStation.Poll(sendGrid, account)]);

        await station.UntilAsync(
            "the first two are polled",
            scrape => account.Automations.Take(2).All(automation => scrape.Of(automation.Id).Up == 1)
        );
        await station.UntilAsync("the new one is polled", scrape => scrape.Of(last) is { Up: 1, HasData: true });
        sendGrid.Behaviours.Remove(appears);
        sendGrid.Behaviours.Add($"deleted-automation@automation={last}");
        var page = await station.UntilAsync(
            "it has left the page",
            scrape => !scrape.Series.Any(series => series.Contains(last, StringComparison.Ordinal))
        );

        Assert.All(account.Automations.Take(2), automation => Assert.Equal(1, page.Of(automation.Id).Up));
        Assert.DoesNotContain(station.Requests(), request => request.Path.Contains("export", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Links_beyond_the_limit_are_summed_per_step_and_nothing_is_lost()
    {
        var machine = new VirtualMachine();
        var sendGrid = await machine.SimulateAsync(WorldOptions.Sized(automations: 1, steps: 2, linksPerStep: 6));
        var (account, id) = (sendGrid.World.Accounts[0], sendGrid.World.Accounts[0].Automations[0].Id);
        await using var station = await WeatherStation.StartAsync(
            machine,
            sendGrid,
            [WeatherStation.Poll(sendGrid, account)],
            links: new LinksOptions { MaxPerCampaign = 4 }
        );

        var page = await station.UntilAsync("it is fresh", scrape => scrape.Of(id).HasData);

        var truth = sendGrid.World.LinkTotals(id, sendGrid.Clock.Now);
        var shown = page.Of(id).Clicks;
        Assert.Equal(truth.Sum(row => row.Clicks), shown.Values.Sum());
        Assert.Equal(
            truth.Select(row => row.Clicks).OrderDescending().Take(4),
            shown.Where(Own).Select(series => series.Value).OrderDescending()
        );
        Assert.Equal(shown.Count - 4, shown.Count(series => !Own(series)));
        Assert.Equal((12d, 8d), (page.Of(id).Value("links"), page.Of(id).Value("sendgrid_exporter_overflowed_links")));

        static bool Own(KeyValuePair<string, long> series) => !series.Key.EndsWith(" overflow", StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_the_rate_does_not_suffice_none_starves_whatever_becomes_of_the_others()
    {
        var machine = new VirtualMachine();
        var sendGrid = await machine.SimulateAsync(WorldOptions.Sized(automations: 16, steps: 1, linksPerStep: 3));
        var account = sendGrid.World.Accounts[0];
        sendGrid.Behaviours.Add($"hang@automation={account.Automations[0].Id}");
        sendGrid.Behaviours.Add($"502-html@automation={account.Automations[1].Id}");
        // Two requests each: what 30 seconds need at least takes 40.
        var rate = new RateOptions { RequestsPerSecond = 0.8, Concurrency = 2 };
        await using var station = await WeatherStation.StartAsync(
            machine,
            sendGrid,
            [WeatherStation.Poll(sendGrid, account, rate, discover: false)],
            new PollOptions { Interval = TimeSpan.FromSeconds(30) }
        );

        var page = await station.UntilAsync(
            "each was polled three times",
            scrape => account.Automations.All(automation => scrape.Of(automation.Id).Polls >= 3)
        );

        // Those that hang or are tried again take longer and so come less often, but none of the others is left behind.
        var polls = account.Automations.Skip(2).Select(automation => page.Of(automation.Id).Polls).ToList();
        Assert.InRange(polls.Max() - polls.Min(), 0, 2);
        Assert.Equal([0d, 0d], account.Automations.Take(2).Select(automation => page.Of(automation.Id).Up));
        Assert.True(page["sendgrid_api_budget_utilization_ratio"] > 1, "the page says that the rate does not suffice");
    }
}
