using System.Net;
using Exporter.Configuration;
using Exporter.Polling;
using Exporter.SendGrid.Keys;
using Exporter.SendGrid.RateLimits;
using Exporter.Snapshots;
using Exporter.Telemetry;
using Exporter.Tests.VirtualTime;
using Microsoft.Extensions.Logging;
using Simulator;

namespace Exporter.Tests.Weather;

/// <summary>Other configurations put in force while the program polls and is scraped.</summary>
[Collection(nameof(OnVirtualTime))]
public sealed class ReloadTests
{
    /// <summary>
    /// What the API asked for, it asked of the account, whatever that is called and whenever it was taken out of the file.
    /// </summary>
    [Theory]
    [InlineData("removed")]
    [InlineData("renamed")]
    [InlineData("renamed while another one comes")]
    [InlineData("given another key")]
    public async Task An_account_that_comes_back_keeps_the_wait_of_its_429(string fate)
    {
        var machine = new VirtualMachine();
        var sendGrid = await machine.SimulateAsync(WorldOptions.Several());
        var (one, two) = (sendGrid.World.Accounts[0], sendGrid.World.Accounts[1]);
        var account = WeatherStation.Poll(sendGrid, one, named: true, discover: false);
        var other = WeatherStation.Poll(sendGrid, two, named: true, discover: false);
        sendGrid.Behaviours.Add($"429-retry-after=3000@account={one.Name},endpoint=automation_links,times=1");
        await using var station = await WeatherStation.StartAsync(machine, sendGrid, [account, other]);
        await station.UntilAsync("it was refused", _ => Refused() is not null);
        await machine.Clock.SettleAsync();
        var asked = Links().Count;

        await ReloadAsync(
            fate is "removed" or "given another key" ? [other] : [other, account with { Api = account.Api with { Name = "new" } }]
        );
        await machine.Clock.ForAsync(TimeSpan.FromSeconds(5));
        await ReloadAsync(
            fate switch
            {
                "renamed" => [other, account with { Api = account.Api with { Name = "newer" } }],
                "renamed while another one comes" => [account with { Api = account.Api with { Name = "newer" } }],
                "given another key" =>
                [
                    other,
                    account with
                    {
                        Api = account.Api with { ApiKey = ApiKey.FromValue(one.ApiKey[..^1] + "~") },
                    },
                ],
                _ => [other, account],
            }
        );
        await station.UntilAsync("most of the wait has passed", _ => machine.Clock.GetUtcNow() > Refused()!.Time.AddSeconds(2900));

        Assert.Equal(asked, Links().Count);
        if (fate != "given another key")
        {
            await station.UntilAsync("it is asked again", _ => Links().Count > asked);
        }

        Assert.InRange(asked, 1, 2);

        IReadOnlyList<LoggedRequest> Links() => station.Requests(one.Name, "automation_links");
        LoggedRequest? Refused() => Links().FirstOrDefault(request => request.Status == 429);
        async Task ReloadAsync(IReadOnlyList<AccountOptions> accounts)
        {
            station.Options = station.Options with { Accounts = accounts };
            Assert.Equal(HttpStatusCode.OK, await station.ReloadAsync());
        }
    }

    /// <summary>What ended under old options says nothing about the new ones.</summary>
    [Theory]
    [InlineData("429-retry-after=3000")]
    [InlineData("503-retry-after=3000")]
    [InlineData("retry-after-on-200=3000")]
    [InlineData("401-bad-key")]
    [InlineData("500-burst=3600")]
    public async Task Another_server_is_asked_at_once_whatever_the_former_one_said(string behaviour)
    {
        var machine = new VirtualMachine();
        var former = await machine.SimulateAsync(WorldOptions.Demo());
        former.Behaviours.Add(behaviour);
        await using var station = await WeatherStation.StartAsync(machine, former, [WeatherStation.Poll(former, former.World.Accounts[0])]);
        await station.UntilAsync("some minutes have passed", _ => machine.Clock.Elapsed > TimeSpan.FromMinutes(6));

        await using var next = await machine.SimulateAsync(WorldOptions.Demo());
        var account = WeatherStation.Poll(next, next.World.Accounts[0]);
        await IsWellAsync(account);

        // What the account is called then does not bring back what the former server said.
        await IsWellAsync(account with { Api = account.Api with { Name = "renamed" } });

        async Task IsWellAsync(AccountOptions polled)
        {
            station.Options = station.Options with { Accounts = [polled] };
            Assert.Equal(HttpStatusCode.OK, await station.ReloadAsync());
            var reloaded = machine.Clock.Elapsed;
            await station.UntilAsync(
                "all are well",
                scrape =>
                    next.World.Accounts[0]
                        .Automations.All(automation =>
                            scrape.Of(automation.Id, polled.Api.Name).LastSuccess
                            > (machine.Clock.GetUtcNow() - (machine.Clock.Elapsed - reloaded)).ToUnixTimeSeconds()
                        )
            );
            Assert.InRange(machine.Clock.Elapsed - reloaded, TimeSpan.Zero, TimeSpan.FromMinutes(7));
        }
    }

    [Fact]
    public async Task Under_200_reloads_nothing_that_stays_has_a_gap_and_nothing_that_goes_is_left_behind()
    {
        var machine = new VirtualMachine();
        var sendGrid = await machine.SimulateAsync(WorldOptions.Several());
        var accounts = sendGrid
            .World.Accounts.Take(2)
            .Select(account => WeatherStation.Poll(sendGrid, account, named: true, discover: false))
            .ToList();
        var (stays, comes) = (accounts[0], accounts[1]);
        var steady = stays.Automations.List[0].Id;
        await using var station = await WeatherStation.StartAsync(machine, sendGrid, [stays]);
        var first = await station.UntilAsync(
            "it is polled",
            scrape => stays.Automations.List.All(automation => scrape.Of(automation.Id, stays.Api.Name).HasData)
        );
        var (series, clicks) = (Owned(first), first.Of(steady, stays.Api.Name).Clicks);

        var (polls, lastSuccess) = (0L, 0d);
        for (var round = 0; round < 200; round++)
        {
            // Account and automations come and go, names, rates and intervals change; one automation stays what it is.
            var changed = stays with
            {
                Api = stays.Api with
                {
                    Rate = new RateOptions { RequestsPerSecond = 100 + round, Concurrency = 1 + (round % 5) },
                    PageSize = 5 + (round % 3),
                },
                Automations = stays.Automations with
                {
                    List =
                    [
                        stays.Automations.List[0],
                        .. stays
                            .Automations.List.Skip(1 + (round % 2))
                            .Select(automation => automation with { Name = round % 3 == 0 ? $"{automation.Id[..8]}-{round}" : null }),
                    ],
                },
            };
            station.Options = station.Options with
            {
                Accounts = round % 2 == 0 ? [comes, changed] : [changed],
                Links = new LinksOptions { Url = round % 4 == 0 ? UrlDisplay.None : UrlDisplay.Path },
            };

            // At any moment: between polls, in the middle of a walk, and while what the last move of the clock has started is at work.
            await station.Clock.ForAsync(TimeSpan.FromSeconds(round % 7 * 11));
            var reloading = station.ReloadAsync();
            await station.Clock.ForAsync(TimeSpan.FromMilliseconds(round % 5 * 300), WatchAsync);
            Assert.Equal(HttpStatusCode.OK, await reloading);
        }

        station.Options = station.Options with { Accounts = [stays], Links = new LinksOptions() };
        Assert.Equal(HttpStatusCode.OK, await station.ReloadAsync());
        var asked = station.Requests(account: comes.Api.Name).Count;
        var last = await station.UntilAsync("it is all as before", scrape => Owned(scrape).SequenceEqual(series, StringComparer.Ordinal));

        Assert.True(last.Of(steady, stays.Api.Name).Polls >= polls, "counters go on");
        await station.UntilAsync(
            "polling goes on",
            scrape => scrape.Of(steady, stays.Api.Name).Polls >= last.Of(steady, stays.Api.Name).Polls + 3
        );
        Assert.Equal(asked, station.Requests(account: comes.Api.Name).Count);
        Assert.DoesNotContain(
            station.Log.All,
            line => line.Contains("died", StringComparison.Ordinal) || line.Contains("ended in an internal error", StringComparison.Ordinal)
        );

        async Task WatchAsync()
        {
            var (pollsBefore, successBefore) = (Interlocked.Read(ref polls), Volatile.Read(ref lastSuccess));
            var seen = (await station.ScrapeAsync()).Of(steady, stays.Api.Name);
            Assert.Equal(clicks, seen.Clicks);
            Assert.True(seen.Polls >= pollsBefore, $"the counter fell from {pollsBefore} to {seen.Polls}");
            Assert.True(seen.LastSuccess >= successBefore, "time ran backwards");
            Assert.Equal(1, seen.Up);
            Interlocked.Exchange(ref polls, seen.Polls);
            Volatile.Write(ref lastSuccess, seen.LastSuccess);
        }

        // But for the numbers of threads and collections, which the runtime adds as it goes, and for pages that happened to be asked for.
        static IEnumerable<string> Owned(Scrape scrape) =>
            scrape
                .Series.Where(name =>
                    name.StartsWith("sendgrid_", StringComparison.Ordinal) && !name.StartsWith("sendgrid_api_re", StringComparison.Ordinal)
                )
                .Order(StringComparer.Ordinal);
    }

    [Fact]
    public async Task A_reload_changes_which_lines_the_log_has()
    {
        var machine = new VirtualMachine();
        var sendGrid = await machine.SimulateAsync(WorldOptions.Sized(automations: 1, steps: 1, linksPerStep: 3));
        var (account, id) = (sendGrid.World.Accounts[0], sendGrid.World.Accounts[0].Automations[0].Id);
        await using var station = await WeatherStation.StartAsync(machine, sendGrid, [WeatherStation.Poll(sendGrid, account)]);
        Assert.Equal((0, 1), await LinesAsync());

        Assert.Equal((1, 2), await ReloadedAsync(LogLevel.Debug));
        Assert.Contains("\nlog:\n  level: debug\n", await station.GetAsync("/config"), StringComparison.Ordinal);
        Assert.Equal((1, 2), await ReloadedAsync(LogLevel.Error));
        Assert.Equal((1, 3), await ReloadedAsync(level: null));
        Assert.Contains("\nlog:\n  level: info\n", await station.GetAsync("/config"), StringComparison.Ordinal);

        async Task<(int Debug, int Info)> ReloadedAsync(LogLevel? level)
        {
            station.Options = station.Options with { Log = new LogOptions { Level = level } };
            Assert.Equal(HttpStatusCode.OK, await station.ReloadAsync());
            return await LinesAsync();
        }

        // One more poll, and the lines so far of it and of reloads and lists.
        async Task<(int Debug, int Info)> LinesAsync()
        {
            var polls = (await station.ScrapeAsync()).Of(id).Polls;
            await station.UntilAsync("it is polled again", scrape => scrape.Of(id).Polls == polls + 1);
            return (station.Log.Count("An attempt to refresh"), station.Log.Count("was reloaded") + station.Log.Count("changed"));
        }
    }

    [Fact]
    public async Task A_bad_configuration_changes_nothing_and_is_told_on_every_way_until_it_is_good_again()
    {
        var machine = new VirtualMachine();
        var sendGrid = await machine.SimulateAsync(WorldOptions.Sized(automations: 1, steps: 1, linksPerStep: 3));
        var (account, id) = (sendGrid.World.Accounts[0], sendGrid.World.Accounts[0].Automations[0].Id);
        await using var station = await WeatherStation.StartAsync(machine, sendGrid, [WeatherStation.Poll(sendGrid, account)]);
        var before = await station.UntilAsync("it is polled", scrape => scrape.Of(id).HasData);
        var readAt = before["sendgrid_exporter_config_last_reload_success_timestamp_seconds"];
        var inForce = await station.GetAsync("/config");

        station.Problems = [new Problem("sendgrid-exporter.yml", new Position(3, 7), "poll.interval: expected more")];
        Assert.Equal(HttpStatusCode.BadRequest, await station.ReloadAsync());
        Assert.Equal(HttpStatusCode.BadRequest, await station.ReloadAsync());

        var after = await station.UntilAsync("it says so", scrape => scrape["sendgrid_exporter_config_last_reload_successful"] == 0);
        Assert.Equal(readAt, after["sendgrid_exporter_config_last_reload_success_timestamp_seconds"]);
        Assert.True(after.Of(id).HasData);
        Assert.Equal(inForce, await station.GetAsync("/config"));
        Assert.Equal(
            "The configuration is bad; the previous one stays in force.\nsendgrid-exporter.yml:3:7: poll.interval: expected more\n",
            station.LastReload
        );
        // Each time, as somebody had asked.
        Assert.Equal(2, station.Log.Count("sendgrid-exporter.yml:3:7: poll.interval: expected more"));

        station.Problems = [];
        Assert.Equal(HttpStatusCode.OK, await station.ReloadAsync());
        after = await station.UntilAsync("it is good again", scrape => scrape["sendgrid_exporter_config_last_reload_successful"] == 1);
        Assert.True(after["sendgrid_exporter_config_last_reload_success_timestamp_seconds"] > readAt);
    }

    [Fact]
    public async Task When_accounts_get_names_the_series_without_the_label_go_and_no_counter_is_left_behind()
    {
        var machine = new VirtualMachine();
        var sendGrid = await machine.SimulateAsync(WorldOptions.Several());
        var unnamed = WeatherStation.Poll(sendGrid, sendGrid.World.Accounts[0], discover: false);
        var id = unnamed.Automations.List[0].Id;
        await using var station = await WeatherStation.StartAsync(machine, sendGrid, [unnamed]);
        var before = await station.UntilAsync("it is polled", scrape => scrape.Of(id).HasData);
        Assert.DoesNotContain(before.Series, series => series.Contains("account=", StringComparison.Ordinal));

        station.Options = station.Options with { Accounts = [unnamed with { Api = unnamed.Api with { Name = "one" } }] };
        Assert.Equal(HttpStatusCode.OK, await station.ReloadAsync());
        var after = await station.UntilAsync("it is polled under its name", scrape => scrape.Of(id, "one").HasData);

        Assert.All(
            after.Series.Where(series =>
                series.StartsWith("sendgrid_", StringComparison.Ordinal)
                && !series.StartsWith("sendgrid_exporter_", StringComparison.Ordinal)
            ),
            series => Assert.Contains("account=\"one\"", series, StringComparison.Ordinal)
        );

        station.Options = station.Options with { Accounts = [unnamed] };
        Assert.Equal(HttpStatusCode.OK, await station.ReloadAsync());
        after = await station.UntilAsync("it is polled without a name again", scrape => scrape.Of(id).HasData);
        Assert.DoesNotContain(after.Series, series => series.Contains("account=", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_account_moves_to_another_address_and_key_without_a_gap()
    {
        var world = WorldOptions.Sized(automations: 1, steps: 1, linksPerStep: 3);
        var machine = new VirtualMachine();
        var sendGrid = await machine.SimulateAsync(world);
        await using var other = await machine.SimulateAsync(world);
        var (account, id) = (sendGrid.World.Accounts[0], sendGrid.World.Accounts[0].Automations[0].Id);
        await using var station = await WeatherStation.StartAsync(machine, sendGrid, [WeatherStation.Poll(sendGrid, account)]);
        var before = await station.UntilAsync("it is polled", scrape => scrape.Of(id).HasData);

        station.Options = station.Options with { Accounts = [WeatherStation.Poll(other, other.World.Accounts[0])] };
        Assert.Equal(HttpStatusCode.OK, await station.ReloadAsync());

        Assert.Equal(before.Of(id).Clicks, (await station.ScrapeAsync()).Of(id).Clicks);
        await station.UntilAsync("it is polled there", scrape => other.Requests.Snapshot().Count > 3 && scrape.Of(id).Up == 1);
    }

    [Fact]
    public async Task Without_the_flag_nobody_reloads_over_http()
    {
        var machine = new VirtualMachine();
        var sendGrid = await machine.SimulateAsync(WorldOptions.Sized(automations: 1, steps: 1, linksPerStep: 1));
        await using var station = await WeatherStation.StartAsync(
            machine,
            sendGrid,
            [WeatherStation.Poll(sendGrid, sendGrid.World.Accounts[0])],
            lifecycle: false
        );

        station.Problems = [new Problem("x", default, "x")];
        Assert.Equal(HttpStatusCode.Forbidden, await station.ReloadAsync());
        Assert.Equal(HttpStatusCode.MethodNotAllowed, await station.StatusAsync("/-/reload"));

        Assert.Equal(1, (await station.ScrapeAsync())["sendgrid_exporter_config_last_reload_successful"]);
    }
}
