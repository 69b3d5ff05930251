using Exporter.Polling;
using Exporter.SendGrid.RateLimits;
using Exporter.Tests.VirtualTime;
using Simulator;

namespace Exporter.Tests.Weather;

/// <summary>What SendGrid sees of us, read off the requests that it received.</summary>
[Collection(nameof(OnVirtualTime))]
public sealed class TrafficTests
{
    [Fact]
    public async Task No_second_sees_more_requests_than_the_rate_and_the_places_in_flight_allow()
    {
        var rate = new RateOptions();
        var machine = new VirtualMachine();
        var sendGrid = await machine.SimulateAsync(WorldOptions.Sized(automations: 40, steps: 1, linksPerStep: 6));
        await using var station = await WeatherStation.StartAsync(
            machine,
            sendGrid,
            [WeatherStation.Poll(sendGrid, sendGrid.World.Accounts[0], rate)],
            new PollOptions { Interval = TimeSpan.FromSeconds(30) }
        );

        // Ever more is due than the rate lets through; the hardest moments are the ends of a rest and of an outage.
        await RequestsAsync(station, 100);
        await WhileAsync("429-retry-after=20@times=3");
        await WhileAsync("500-burst=3600");
        await WhileAsync("hang");

        var times = station.Requests().Select(request => request.Timestamp).Order().ToList();
        Assert.All(
            times,
            start =>
                Assert.InRange(
                    times.Count(time => time >= start && time < start + machine.Clock.TimestampFrequency),
                    1,
                    rate.RequestsPerSecond + rate.Concurrency
                )
        );

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
        var machine = new VirtualMachine();
        var sendGrid = await machine.SimulateAsync(WorldOptions.Sized(accounts: 2, automations: 3, steps: 2, linksPerStep: 3));
        var (one, two) = (sendGrid.World.Accounts[0], sendGrid.World.Accounts[1]);
        await using var station = await WeatherStation.StartAsync(
            machine,
            sendGrid,
            [
                // One place in flight, so that nothing else can be on its way when the 429 comes.
                WeatherStation.Poll(sendGrid, one, new RateOptions { Concurrency = 1 }, named: true),
                WeatherStation.Poll(sendGrid, two, named: true),
            ]
        );
        await station.UntilAsync(
            "all is well",
            scrape =>
                one.Automations.Concat(two.Automations)
                    .All(automation => scrape.Of(automation.Id, one.Name).Up == 1 || scrape.Of(automation.Id, two.Name).Up == 1)
        );

        sendGrid.Behaviours.Add($"429-retry-after=1000@endpoint=automation_stats,account={one.Name},times=1");
        await station.UntilAsync(
            "the endpoint was asked again",
            _ =>
                station.Requests(one.Name, "automation_stats") is var stats
                && stats.Count(request => request.Status == 429) == 1
                && stats[^1].Status == 200
        );

        var refused = station.Requests(one.Name, "automation_stats").Single(request => request.Status == 429);
        var (from, until) = (refused.Time, refused.Time.AddSeconds(1000));
        Assert.DoesNotContain(station.Requests(one.Name, "automation_stats"), request => request.Time > from && request.Time < until);
        Assert.Contains(station.Requests(one.Name, "automation_list"), request => request.Time > from && request.Time < until);
        Assert.Contains(station.Requests(two.Name, "automation_stats"), request => request.Time > from && request.Time < until);
    }

    [Fact]
    public async Task All_workers_of_an_account_obey_one_429()
    {
        var machine = new VirtualMachine();
        var sendGrid = await machine.SimulateAsync(WorldOptions.Sized(automations: 12, steps: 1, linksPerStep: 3));
        await using var station = await WeatherStation.StartAsync(
            machine,
            sendGrid,
            [WeatherStation.Poll(sendGrid, sendGrid.World.Accounts[0])]
        );
        await RequestsAsync(station, 60);

        sendGrid.Behaviours.Add("429-retry-after=30@endpoint=automation_links,times=1");
        await station.UntilAsync(
            "the endpoint was asked again",
            _ =>
                station.Requests(endpoint: "automation_links") is var links
                && links.FirstOrDefault(request => request.Status == 429) is { } refusal
                && links[^1].Time > refusal.Time.AddSeconds(30)
        );

        var refused = station.Requests(endpoint: "automation_links").Single(request => request.Status == 429);
        Assert.InRange(
            station
                .Requests(endpoint: "automation_links")
                .Count(request => request.Time > refused.Time && request.Time < refused.Time.AddSeconds(30)),
            0,
            new RateOptions().Concurrency - 1
        ); // those that were on their way already
    }

    [Fact]
    public async Task Automations_that_the_limit_allows_to_poll_at_once_all_have_values_after_the_first_attempt()
    {
        var machine = new VirtualMachine();
        var world = WorldOptions.Sized(automations: 8, steps: 1, linksPerStep: 3);
        var sendGrid = await machine.SimulateAsync(world, rateLimit: 59, rateWindow: TimeSpan.FromHours(1));
        var account = sendGrid.World.Accounts[0];
        await using var station = await WeatherStation.StartAsync(
            machine,
            sendGrid,
            [WeatherStation.Poll(sendGrid, account, discover: false)]
        );

        var page = await station.UntilAsync("each was tried", scrape => Of(scrape).All(automation => automation.Polls >= 1));

        Assert.All(Of(page), automation => Assert.Equal(1, automation.Up));

        IEnumerable<CampaignOnPage> Of(Scrape scrape) => account.Automations.Select(automation => scrape.Of(automation.Id));
    }

    [Fact]
    public async Task Twenty_scrapers_cause_no_request()
    {
        var machine = new VirtualMachine();
        var sendGrid = await machine.SimulateAsync(WorldOptions.Sized(automations: 1, steps: 2, linksPerStep: 6));
        var account = sendGrid.World.Accounts[0];
        await using var station = await WeatherStation.StartAsync(
            machine,
            sendGrid,
            [WeatherStation.Poll(sendGrid, account, discover: false)]
        );

        var six = await station.UntilAsync("six polls were made", scrape => Polls(scrape) >= 6);
        var asked = station.Requests().Count;
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => station.ScrapeAsync()));
        await machine.Clock.SettleAsync();
        Assert.Equal(asked, station.Requests().Count);

        // Three pages of links and one of statistics each time, scraped or not; one attempt may be under way.
        var twelve = await station.UntilAsync("six more were made", scrape => Polls(scrape) >= Polls(six) + 6);
        Assert.InRange(station.Requests().Count, 4 * Polls(twelve), (4 * Polls(twelve)) + 3);

        long Polls(Scrape scrape) => scrape.Of(account.Automations[0].Id).Polls;
    }

    [Fact]
    public async Task Accounts_that_hang_are_refused_or_cannot_be_reached_delay_no_other()
    {
        var machine = new VirtualMachine();
        var sendGrid = await machine.SimulateAsync(WorldOptions.Sized(accounts: 4, automations: 2, steps: 1, linksPerStep: 3));
        var accounts = sendGrid.World.Accounts;
        var polled = accounts.Select(account => WeatherStation.Poll(sendGrid, account, discover: false, named: true)).ToList();
        polled[2] = polled[2] with { Api = polled[2].Api with { BaseUrl = new Uri("http://127.0.0.1:1") } };
        sendGrid.Behaviours.Add($"hang@account={accounts[0].Name}");
        sendGrid.Behaviours.Add($"401-bad-key@account={accounts[1].Name}");
        await using var station = await WeatherStation.StartAsync(machine, sendGrid, polled);

        var page = await station.UntilAsync("the hanging account was tried twice", scrape => Of(scrape, 0).Failures["timeout"] >= 2);

        var intervals = (long)(machine.Clock.Elapsed / new PollOptions().Interval);
        Assert.InRange(Of(page, 3).Polls, intervals, intervals + 2);
        Assert.Equal((1d, 0d, 0d, 0d), (Of(page, 3).Up, Of(page, 0).Up, Of(page, 1).Up, Of(page, 2).Up));
        Assert.Equal((null, 0d, null, 1d), (Up(page, 0), Up(page, 1), Up(page, 2), Up(page, 3)));
        Assert.True(Of(page, 2).Failures["unavailable"] > 0);

        CampaignOnPage Of(Scrape scrape, int number) => scrape.Of(accounts[number].Automations[0].Id, accounts[number].Name);
        double? Up(Scrape scrape, int number) => scrape["sendgrid_up", ("account", accounts[number].Name)];
    }

    private static Task<Scrape> RequestsAsync(WeatherStation station, int more)
    {
        var before = station.Requests().Count;
        return station.UntilAsync($"{more} more requests were sent", _ => station.Requests().Count >= before + more);
    }
}
