using Exporter.Snapshots;
using Simulator;

namespace Exporter.Tests.Weather;

/// <summary>What comes, stays and goes on the page.</summary>
public sealed class LifetimeTests
{
    private static readonly WorldOptions Three = WorldOptions.Sized(automations: 3, steps: 2, linksPerStep: 6);

    [Fact]
    public async Task Beyond_max_age_the_data_go_and_the_health_stays()
    {
        var maxAge = TimeSpan.FromSeconds(4);
        var sendGrid = await WeatherStation.SimulateAsync(WorldOptions.Sized(automations: 1, steps: 2, linksPerStep: 6));
        var (account, id) = (sendGrid.World.Accounts[0], sendGrid.World.Accounts[0].Automations[0].Id);
        await using var station = await WeatherStation.StartAsync(
            sendGrid, WeatherStation.Fast with { MaxAge = maxAge }, [WeatherStation.Poll(sendGrid, account, discover: false)]);
        await station.UntilAsync("it is fresh", scrape => scrape.Of(id).HasData);

        var rule = sendGrid.Behaviours.Add("502-html");
        var failing = await station.UntilAsync("it fails", scrape => scrape.Of(id).Up == 0);
        var aged = await station.UntilAsync("the data are gone", scrape => !scrape.Of(id).HasData);

        var lastSuccess = DateTimeOffset.FromUnixTimeMilliseconds((long)(1000 * aged.Of(id).LastSuccess));
        Assert.True(TimeProvider.System.GetUtcNow() - lastSuccess > maxAge, "not before their time");
        Assert.Equal(failing.Of(id).LastSuccess, aged.Of(id).LastSuccess);
        Assert.Equal(0, aged.Of(id).Up);
        Assert.Null(aged.Of(id).CountMismatch);
        Assert.True(aged.Of(id).Failures["unavailable"] > 0);
        Assert.Equal(1, aged["sendgrid_automation_info", ("automation", id), ("automation_id", id)]);

        sendGrid.Behaviours.Remove(rule);
        await station.UntilAsync("the data are back", scrape => scrape.Of(id) is { HasData: true, Up: 1 });
    }

    [Fact]
    public async Task A_poll_that_outlasts_the_interval_is_not_started_twice()
    {
        var sendGrid = await WeatherStation.SimulateAsync(Three);
        var account = sendGrid.World.Accounts[0];
        sendGrid.Behaviours.Add("delay=0.4");
        await using var station = await WeatherStation.StartAsync(
            sendGrid, WeatherStation.Fast with { Timeout = TimeSpan.FromSeconds(60) }, [WeatherStation.Poll(sendGrid, account, discover: false)]);

        await station.UntilAsync("each was polled four times", scrape => account.Automations.All(automation => scrape.Of(automation.Id).Polls >= 4));

        // Two polls at the same time would mix their pages: first, next, next, statistics is one poll.
        Assert.All(account.Automations, automation => Assert.Matches("^(fnns){4,}f?n?n?$", string.Concat(station.Requests()
            .Where(request => string.Equals(request.Id, automation.Id, StringComparison.Ordinal))
            .Select(request => request.Endpoint is "automation_stats" ? 's' : request.Query.Contains("page_token", StringComparison.Ordinal) ? 'n' : 'f'))));
    }

    [Fact]
    public async Task When_the_list_fails_what_is_known_is_polled_on()
    {
        var sendGrid = await WeatherStation.SimulateAsync(Three);
        var account = sendGrid.World.Accounts[0];
        await using var station = await WeatherStation.StartAsync(sendGrid, WeatherStation.Fast, [WeatherStation.Poll(sendGrid, account)]);
        var well = await station.UntilAsync("all are known", scrape => account.Automations.All(automation => scrape.Of(automation.Id).Up == 1));

        sendGrid.Behaviours.Add("500-burst=3600@endpoint=automation_list");
        var page = await station.UntilAsync("the list has failed twice", scrape =>
            scrape["sendgrid_discovery_failures_total", ("kind", "automations"), ("reason", "unavailable")] >= 2);

        Assert.All(account.Automations, automation => Assert.Equal(1, page.Of(automation.Id).Up));
        await station.UntilAsync("all are polled on", scrape =>
            account.Automations.All(automation => scrape.Of(automation.Id).LastSuccess > Math.Max(page.Of(automation.Id).LastSuccess, well.Of(automation.Id).LastSuccess)));
    }

    [Fact]
    public async Task An_automation_is_polled_once_it_is_listed_and_ages_out_once_it_is_not()
    {
        var sendGrid = await WeatherStation.SimulateAsync(Three);
        var (account, last) = (sendGrid.World.Accounts[0], sendGrid.World.Accounts[0].Automations[2].Id);
        var appears = sendGrid.Behaviours.Add("new-automation-appears=2");
        sendGrid.Behaviours.Add("export-route");
        await using var station = await WeatherStation.StartAsync(
            sendGrid, WeatherStation.Fast with { MaxAge = TimeSpan.FromSeconds(4) }, [WeatherStation.Poll(sendGrid, account)]);

        await station.UntilAsync("the first two are polled", scrape => account.Automations.Take(2).All(automation => scrape.Of(automation.Id).Up == 1));
        await station.UntilAsync("the new one is polled", scrape => scrape.Of(last) is { Up: 1, HasData: true });
        sendGrid.Behaviours.Remove(appears);
        sendGrid.Behaviours.Add($"deleted-automation@automation={last}");
        var page = await station.UntilAsync("it has left the page", scrape => !scrape.Series.Any(series => series.Contains(last, StringComparison.Ordinal)));

        Assert.All(account.Automations.Take(2), automation => Assert.Equal(1, page.Of(automation.Id).Up));
        Assert.DoesNotContain(station.Requests(), request => request.Path.Contains("export", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Links_beyond_the_limit_are_summed_per_step_and_nothing_is_lost()
    {
        var sendGrid = await WeatherStation.SimulateAsync(WorldOptions.Sized(automations: 1, steps: 2, linksPerStep: 6));
        var (account, id) = (sendGrid.World.Accounts[0], sendGrid.World.Accounts[0].Automations[0].Id);
        await using var station = await WeatherStation.StartAsync(
            sendGrid, WeatherStation.Fast, [WeatherStation.Poll(sendGrid, account)], new LinksOptions { MaxPerAutomation = 4 });

        var page = await station.UntilAsync("it is fresh", scrape => scrape.Of(id).HasData);

        var truth = sendGrid.World.LinkTotals(id, sendGrid.Clock.Now);
        var shown = page.Of(id).Clicks;
        Assert.Equal(truth.Sum(row => row.Clicks), shown.Values.Sum());
        Assert.Equal(truth.Select(row => row.Clicks).OrderDescending().Take(4), shown.Where(Own).Select(series => series.Value).OrderDescending());
        Assert.Equal(shown.Count - 4, shown.Count(series => !Own(series)));
        Assert.Equal((12d, 8d), (page.Of(id).Value("sendgrid_automation_links"), page.Of(id).Value("sendgrid_exporter_overflowed_links")));

        static bool Own(KeyValuePair<string, long> series) => !series.Key.EndsWith(" overflow", StringComparison.Ordinal);
    }
}
