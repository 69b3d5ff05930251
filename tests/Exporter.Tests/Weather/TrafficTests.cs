using Exporter.SendGrid;
using Simulator;

namespace Exporter.Tests.Weather;

/// <summary>What SendGrid sees of us, read off the requests that it received.</summary>
public sealed class TrafficTests
{
    private static readonly RateOptions Plenty = new() { RequestsPerSecond = 200, Concurrency = 4 };

    [Fact]
    public async Task No_second_sees_more_requests_than_the_rate_and_the_places_in_flight_allow()
    {
        var rate = new RateOptions { RequestsPerSecond = 25, Concurrency = 4 };
        var sendGrid = await WeatherStation.SimulateAsync(WorldOptions.Sized(automations: 40, steps: 1, linksPerStep: 6));
        await using var station = await WeatherStation.StartAsync(sendGrid, WeatherStation.Fast, [WeatherStation.Poll(sendGrid, sendGrid.World.Accounts[0], rate)]);

        // Ever more is due than the rate lets through; the hardest moments are the ends of a rest and of an outage.
        await RequestsAsync(station, 100);
        await WhileAsync("429-retry-after=2@times=3");
        await WhileAsync("500-burst=3600");
        await WhileAsync("hang");

        var times = station.Requests().Select(request => request.Timestamp).Order().ToList();
        Assert.All(times, start => Assert.InRange(
            times.Count(time => time >= start && time < start + TimeProvider.System.TimestampFrequency), 1, rate.RequestsPerSecond + rate.Concurrency));

        async Task WhileAsync(string behaviour)
        {
            var rule = sendGrid.Behaviours.Add(behaviour);
            await RequestsAsync(station, 15);
            sendGrid.Behaviours.Remove(rule);
            await RequestsAsync(station, 75);
        }
    }

    [Fact]
    public async Task An_endpoint_is_left_alone_until_the_time_that_a_429_named_while_others_go_on()
    {
        var sendGrid = await WeatherStation.SimulateAsync(WorldOptions.Sized(accounts: 2, automations: 3, steps: 2, linksPerStep: 3));
        var (one, two) = (sendGrid.World.Accounts[0], sendGrid.World.Accounts[1]);
        await using var station = await WeatherStation.StartAsync(sendGrid, WeatherStation.Fast with { Timeout = TimeSpan.FromSeconds(20) },
        [
            // One place in flight, so that nothing else can be on its way when the 429 comes.
            WeatherStation.Poll(sendGrid, one, Plenty with { Concurrency = 1 }, named: true),
            WeatherStation.Poll(sendGrid, two, Plenty, named: true),
        ]);
        await station.UntilAsync("all is well", scrape => one.Automations.Concat(two.Automations).All(automation =>
            scrape.Of(automation.Id, one.Name).Up == 1 || scrape.Of(automation.Id, two.Name).Up == 1));

        sendGrid.Behaviours.Add($"429-retry-after=4@endpoint=automation_stats,account={one.Name},times=1");
        await station.UntilAsync("the endpoint was asked again", _ => station.Requests(one.Name, "automation_stats") is var stats
            && stats.Count(request => request.Status == 429) == 1 && stats[^1].Status == 200);

        var refused = station.Requests(one.Name, "automation_stats").Single(request => request.Status == 429);
        var (from, until) = (refused.Time, refused.Time.AddSeconds(4));
        Assert.DoesNotContain(station.Requests(one.Name, "automation_stats"), request => request.Time > from && request.Time < until);
        Assert.Contains(station.Requests(one.Name, "automation_list"), request => request.Time > from && request.Time < until);
        Assert.Contains(station.Requests(two.Name, "automation_stats"), request => request.Time > from && request.Time < until);
    }

    [Fact]
    public async Task All_workers_of_an_account_obey_one_429()
    {
        var sendGrid = await WeatherStation.SimulateAsync(WorldOptions.Sized(automations: 12, steps: 1, linksPerStep: 3));
        await using var station = await WeatherStation.StartAsync(
            sendGrid, WeatherStation.Fast with { Timeout = TimeSpan.FromSeconds(20) }, [WeatherStation.Poll(sendGrid, sendGrid.World.Accounts[0], Plenty)]);
        await RequestsAsync(station, 60);

        sendGrid.Behaviours.Add("429-retry-after=3@endpoint=automation_links,times=1");
        await station.UntilAsync("the endpoint was asked again", _ => station.Requests(endpoint: "automation_links") is var links
            && links.FirstOrDefault(request => request.Status == 429) is { } refusal && links[^1].Time > refusal.Time.AddSeconds(3));

        var refused = station.Requests(endpoint: "automation_links").Single(request => request.Status == 429);
        Assert.InRange(
            station.Requests(endpoint: "automation_links").Count(request => request.Time > refused.Time && request.Time < refused.Time.AddSeconds(3)),
            0,
            Plenty.Concurrency - 1); // those that were on their way already
    }

    [Fact]
    public async Task Twenty_scrapers_cause_no_request()
    {
        var sendGrid = await WeatherStation.SimulateAsync(WorldOptions.Sized(automations: 1, steps: 2, linksPerStep: 6));
        var account = sendGrid.World.Accounts[0];
        await using var station = await WeatherStation.StartAsync(sendGrid, WeatherStation.Fast, [WeatherStation.Poll(sendGrid, account, discover: false)]);

        var page = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ =>
            station.UntilAsync("six polls were made", scrape => scrape.Of(account.Automations[0].Id).Polls >= 6)));

        // Three pages of links and one of statistics each time, and one attempt may be on its way.
        var polls = page.Max(scrape => scrape.Of(account.Automations[0].Id).Polls);
        Assert.InRange(station.Requests().Count, 4 * 6, 4 * (polls + 1));
    }

    [Fact]
    public async Task Accounts_that_hang_are_refused_or_cannot_be_reached_delay_no_other()
    {
        var sendGrid = await WeatherStation.SimulateAsync(WorldOptions.Sized(accounts: 4, automations: 2, steps: 1, linksPerStep: 3));
        var accounts = sendGrid.World.Accounts;
        var polled = accounts.Select(account => WeatherStation.Poll(sendGrid, account, discover: false, named: true)).ToList();
        polled[2] = polled[2] with { Account = polled[2].Account with { BaseUrl = new Uri("http://127.0.0.1:1") } };
        sendGrid.Behaviours.Add($"hang@account={accounts[0].Name}");
        sendGrid.Behaviours.Add($"401-bad-key@account={accounts[1].Name}");
        await using var station = await WeatherStation.StartAsync(sendGrid, WeatherStation.Fast with { Timeout = TimeSpan.FromSeconds(5) }, polled);

        var page = await station.UntilAsync("the hanging account was tried twice", scrape => Of(scrape, 0).Failures["timeout"] >= 2);

        Assert.True(Of(page, 3).Polls >= 2 * Of(page, 0).Polls, "the good account is polled at its own pace");
        Assert.Equal((1d, 0d, 0d, 0d), (Of(page, 3).Up, Of(page, 0).Up, Of(page, 1).Up, Of(page, 2).Up));
        Assert.Equal((null, 0d, null, 1d), (Up(page, 0), Up(page, 1), Up(page, 2), Up(page, 3)));
        Assert.True(Of(page, 2).Failures["unavailable"] > 0);

        AutomationOnPage Of(Scrape scrape, int number) => scrape.Of(accounts[number].Automations[0].Id, accounts[number].Name);
        double? Up(Scrape scrape, int number) => scrape["sendgrid_up", ("account", accounts[number].Name)];
    }

    [Fact]
    public async Task A_refused_key_is_tried_by_one_request_per_interval_and_all_go_on_when_it_is_accepted()
    {
        var sendGrid = await WeatherStation.SimulateAsync(WorldOptions.Sized(automations: 5, steps: 1, linksPerStep: 3));
        var account = sendGrid.World.Accounts[0];
        await using var station = await WeatherStation.StartAsync(sendGrid, WeatherStation.Fast, [WeatherStation.Poll(sendGrid, account)]);
        await station.UntilAsync("all is well", scrape => account.Automations.All(automation => scrape.Of(automation.Id).Up == 1));

        var rule = sendGrid.Behaviours.Add("401-bad-key");
        var begun = await station.UntilAsync("all know it", scrape => account.Automations.All(automation => scrape.Of(automation.Id).Up == 0));
        var before = station.Requests().Count;
        var later = await station.UntilAsync("eight intervals have passed", scrape =>
            account.Automations.All(automation => scrape.Of(automation.Id).Polls >= begun.Of(automation.Id).Polls + 8));
        var sent = station.Requests().Count - before;
        var intervals = account.Automations.Max(automation => later.Of(automation.Id).Polls - begun.Of(automation.Id).Polls);

        Assert.InRange(sent, intervals - 2, intervals + 2);
        Assert.Equal(1, station.Log.Count("The API refuses the key"));

        sendGrid.Behaviours.Remove(rule);
        await station.UntilAsync("all are well again", scrape => account.Automations.All(automation => scrape.Of(automation.Id).Up == 1));
        Assert.Equal(1, station.Log.Count("The API accepts the key again"));
    }

    [Fact]
    public async Task A_refused_key_of_one_automation_is_tried_every_interval_not_every_second_one()
    {
        var sendGrid = await WeatherStation.SimulateAsync(WorldOptions.Sized(automations: 1, steps: 1, linksPerStep: 3));
        var account = sendGrid.World.Accounts[0];
        sendGrid.Behaviours.Add("401-bad-key");
        await using var station = await WeatherStation.StartAsync(sendGrid, WeatherStation.Fast, [WeatherStation.Poll(sendGrid, account, discover: false)]);

        var page = await station.UntilAsync("ten polls were made", scrape => scrape.Of(account.Automations[0].Id).Polls >= 10);

        Assert.InRange(station.Requests().Count, 9, page.Of(account.Automations[0].Id).Polls + 1);
    }

    [Fact]
    public async Task A_403_is_asked_once_more_and_then_once_per_interval()
    {
        var sendGrid = await WeatherStation.SimulateAsync(WorldOptions.Sized(automations: 1, steps: 1, linksPerStep: 3));
        var account = sendGrid.World.Accounts[0];
        sendGrid.Behaviours.Add("403-scope");
        await using var station = await WeatherStation.StartAsync(sendGrid, WeatherStation.Fast, [WeatherStation.Poll(sendGrid, account, discover: false)]);

        var page = await station.UntilAsync("five polls were made", scrape => scrape.Of(account.Automations[0].Id).Polls >= 5);

        var requests = station.Requests();
        Assert.True(requests[1].Time - requests[0].Time >= TimeSpan.FromSeconds(1.4), "later, not at once");
        Assert.InRange(requests.Count, 6, page.Of(account.Automations[0].Id).Polls + 2);
    }

    [Fact]
    public async Task An_account_all_of_whose_automations_are_forbidden_is_asked_once_per_interval_too()
    {
        var sendGrid = await WeatherStation.SimulateAsync(WorldOptions.Sized(automations: 5, steps: 1, linksPerStep: 3));
        var account = sendGrid.World.Accounts[0];
        var rule = sendGrid.Behaviours.Add("403-scope");
        await using var station = await WeatherStation.StartAsync(sendGrid, WeatherStation.Fast, [WeatherStation.Poll(sendGrid, account, discover: false)]);
        var begun = await station.UntilAsync("all know it", scrape => account.Automations.All(automation => scrape.Of(automation.Id).Up == 0));

        var before = station.Requests().Count;
        var later = await station.UntilAsync("eight intervals have passed", scrape =>
            account.Automations.All(automation => scrape.Of(automation.Id).Polls >= begun.Of(automation.Id).Polls + 8));
        var intervals = account.Automations.Max(automation => later.Of(automation.Id).Polls - begun.Of(automation.Id).Polls);
        Assert.InRange(station.Requests().Count - before, intervals - 2, intervals + 3);

        sendGrid.Behaviours.Remove(rule);
        await station.UntilAsync("all are well", scrape => account.Automations.All(automation => scrape.Of(automation.Id).Up == 1));
    }

    private static Task<Scrape> RequestsAsync(WeatherStation station, int more)
    {
        var before = station.Requests().Count;
        return station.UntilAsync($"{more} more requests were sent", _ => station.Requests().Count >= before + more);
    }
}
