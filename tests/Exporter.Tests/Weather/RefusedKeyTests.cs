using System.Net;
using Exporter.SendGrid.Keys;
using Exporter.Tests.VirtualTime;
using Simulator;

namespace Exporter.Tests.Weather;

/// <summary>401 and 403 in numbers of requests: a refused account is not hammered, and recovers by itself.</summary>
[Collection(nameof(OnVirtualTime))]
public sealed class RefusedKeyTests
{
    [Fact]
    public async Task A_revoked_key_costs_few_requests_and_polling_goes_on_when_it_is_accepted_again()
    {
        var machine = new VirtualMachine();
        var sendGrid = await machine.SimulateAsync(WorldOptions.Sized(automations: 20, steps: 1, linksPerStep: 3));
        var account = sendGrid.World.Accounts[0];
        await using var station = await WeatherStation.StartAsync(machine, sendGrid, [WeatherStation.Poll(sendGrid, account)]);
        await station.UntilAsync("all is well", scrape => account.Automations.All(automation => scrape.Of(automation.Id).Up == 1));

        var (revoked, before) = (machine.Clock.GetUtcNow(), station.Requests().Count);
        var rule = sendGrid.Behaviours.Add("401-bad-key");
        await station.UntilAsync("the key is known to be refused", scrape => scrape["sendgrid_up"] == 0);
        await station.UntilAsync("an hour has passed", _ => machine.Clock.GetUtcNow() > revoked.AddHours(1));

        var asked = station.Requests().Skip(before).Select(request => (request.Time - revoked).TotalSeconds).ToList();
        Assert.InRange(asked.Count(second => second - asked[0] <= 60), 3, 10);
        Assert.InRange(asked.Count(second => second > 900), 8, 10);
        Assert.Equal(1, station.Log.Count("The API refuses the key"));
        Assert.Contains("invalid, expired, or revoked", await station.GetAsync("/"), StringComparison.Ordinal);

        sendGrid.Behaviours.Remove(rule);
        var accepted = machine.Clock.GetUtcNow();
        await station.UntilAsync("all are well again", scrape => account.Automations.All(automation => scrape.Of(automation.Id).Up == 1));
        Assert.True(machine.Clock.GetUtcNow() - accepted < TimeSpan.FromMinutes(7), "an interval until the probe, and all at once then");
        Assert.Equal(1, station.Log.Count("The API accepts the key again"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    public async Task One_401_costs_no_attempt(int automations)
    {
        var machine = new VirtualMachine();
        var sendGrid = await machine.SimulateAsync(WorldOptions.Sized(automations: automations, steps: 1, linksPerStep: 3));
        var account = sendGrid.World.Accounts[0];
        await using var station = await WeatherStation.StartAsync(machine, sendGrid, [WeatherStation.Poll(sendGrid, account)]);
        await station.UntilAsync("all is well", scrape => account.Automations.All(automation => scrape.Of(automation.Id).Up == 1));

        sendGrid.Behaviours.Add("401-bad-key@times=1");
        var page = await station.UntilAsync(
            "two more polls each",
            scrape => account.Automations.All(automation => scrape.Of(automation.Id).Polls >= 4)
        );

        Assert.Single(station.Requests(), request => request.Status == 401);
        Assert.All(account.Automations, automation => Assert.Equal(0, page.Of(automation.Id).Failures["unauthorized"]));
        Assert.Equal(1, page["sendgrid_up"]);
    }

    /// <summary>One campaign that is refused for good says nothing of the others.</summary>
    [Fact]
    public async Task A_campaign_that_is_refused_alone_costs_the_account_one_look_and_not_one_an_interval()
    {
        var machine = new VirtualMachine();
        var sendGrid = await machine.SimulateAsync(WorldOptions.Sized(automations: 5, steps: 1, linksPerStep: 3));
        var account = sendGrid.World.Accounts[0];
        await using var station = await WeatherStation.StartAsync(machine, sendGrid, [WeatherStation.Poll(sendGrid, account)]);
        await station.UntilAsync("all is well", scrape => account.Automations.All(automation => scrape.Of(automation.Id).Up == 1));

        sendGrid.Behaviours.Add($"401-bad-key@automation={account.Automations[0].Id}");
        var begun = machine.Clock.GetUtcNow();
        var page = await station.UntilAsync("six intervals have passed", _ => machine.Clock.GetUtcNow() > begun.AddMinutes(31));

        Assert.InRange(station.Log.Count("The API refuses the key"), 0, 1);
        Assert.Equal(1, page["sendgrid_up"]);
        Assert.All(account.Automations.Skip(1), automation => Assert.InRange(page.Of(automation.Id).Failures.Values.Sum(), 0, 1));
        Assert.InRange(page.Of(account.Automations[0].Id).Failures["unauthorized"], 5, 8);
    }

    /// <summary>People report up to one refusal in ten of a key that is good (sendgrid-nodejs #970, #1008).</summary>
    [Theory]
    [InlineData("401-sporadic=10")]
    [InlineData("401-sporadic=4")]
    [InlineData("403-sporadic=10")]
    public async Task A_good_key_that_is_refused_at_random_loses_few_polls_and_never_the_account(string behaviour)
    {
        var machine = new VirtualMachine();
        var sendGrid = await machine.SimulateAsync(WorldOptions.Sized(automations: 20, steps: 1, linksPerStep: 3));
        var account = sendGrid.World.Accounts[0];
        sendGrid.Behaviours.Add(behaviour);
        await using var station = await WeatherStation.StartAsync(machine, sendGrid, [WeatherStation.Poll(sendGrid, account)]);

        var page = await station.UntilAsync(
            "six intervals have passed",
            scrape =>
            {
                Assert.NotEqual(0, scrape["sendgrid_up"]);
                return machine.Clock.Elapsed > TimeSpan.FromMinutes(31);
            }
        );

        var (polls, failures) = (
            account.Automations.Sum(automation => page.Of(automation.Id).Polls),
            account.Automations.Sum(automation => page.Of(automation.Id).Failures.Values.Sum())
        );
        Assert.InRange(polls, 20 * 6, 20 * 8);
        Assert.InRange(failures, 0, polls / 20);
    }

    [Fact]
    public async Task A_refused_key_of_one_automation_is_tried_every_interval_not_every_second_one()
    {
        var machine = new VirtualMachine();
        var sendGrid = await machine.SimulateAsync(WorldOptions.Sized(automations: 1, steps: 1, linksPerStep: 3));
        var account = sendGrid.World.Accounts[0];
        sendGrid.Behaviours.Add("401-bad-key");
        await using var station = await WeatherStation.StartAsync(
            machine,
            sendGrid,
            [WeatherStation.Poll(sendGrid, account, discover: false)]
        );

        await station.UntilAsync("two hours have passed", _ => machine.Clock.Elapsed > TimeSpan.FromHours(2));

        var asked = station.Requests().Select(request => (request.Time - station.Requests()[0].Time).TotalSeconds).ToList();
        Assert.InRange(asked.Count(second => second <= 60), 3, 10);
        Assert.All(
            asked.Where(second => second > 900).Zip(asked.Where(second => second > 900).Skip(1)),
            pair => Assert.InRange(pair.Second - pair.First, 250, 310)
        );
    }

    /// <summary>What ended under an old key says nothing about the new one, however late it ends.</summary>
    [Theory]
    [InlineData("401-bad-key")]
    [InlineData("403-scope")]
    [InlineData("delay=20")]
    public async Task The_answer_to_an_old_key_that_comes_after_the_reload_keeps_the_new_one_from_nothing(string behaviour)
    {
        var machine = new VirtualMachine();
        var sendGrid = await machine.SimulateAsync(WorldOptions.Sized(accounts: 2, automations: 1, steps: 1, linksPerStep: 3));
        var account = sendGrid.World.Accounts[0];
        var good = WeatherStation.Poll(sendGrid, account, discover: false);
        var old = good with { Api = good.Api with { ApiKey = ApiKey.FromValue("SG.revoked-long-ago.0123456789") } };
        var slow = sendGrid.Behaviours.Add("delay=20");
        var rule = sendGrid.Behaviours.Add(behaviour);
        await using var station = await WeatherStation.StartAsync(machine, sendGrid, [old]);
        await machine.Clock.ForAsync(TimeSpan.FromSeconds(1));
        Assert.NotEmpty(station.Requests());

        station.Options = station.Options with { Accounts = [good] };
        sendGrid.Behaviours.Remove(slow);
        sendGrid.Behaviours.Remove(rule);
        Assert.Equal(HttpStatusCode.OK, await station.ReloadAsync());
        var reloaded = machine.Clock.GetUtcNow();

        await station.UntilAsync("the new key is in use", scrape => scrape.Of(account.Automations[0].Id).Up == 1);
        Assert.True(machine.Clock.GetUtcNow() - reloaded < TimeSpan.FromMinutes(2));
    }

    [Fact]
    public async Task A_403_is_asked_once_more_and_then_once_per_interval()
    {
        var machine = new VirtualMachine();
        var sendGrid = await machine.SimulateAsync(WorldOptions.Sized(automations: 1, steps: 1, linksPerStep: 3));
        var account = sendGrid.World.Accounts[0];
        sendGrid.Behaviours.Add("403-scope");
        await using var station = await WeatherStation.StartAsync(
            machine,
            sendGrid,
            [WeatherStation.Poll(sendGrid, account, discover: false)]
        );

        var page = await station.UntilAsync("five polls were made", scrape => scrape.Of(account.Automations[0].Id).Polls >= 5);

        var requests = station.Requests();
        Assert.True(requests[1].Time - requests[0].Time >= TimeSpan.FromSeconds(1.4), "later, not at once");
        Assert.InRange(requests.Count, 6, page.Of(account.Automations[0].Id).Polls + 2);
    }

    [Fact]
    public async Task An_account_all_of_whose_automations_are_forbidden_is_asked_once_per_interval_too()
    {
        var machine = new VirtualMachine();
        var sendGrid = await machine.SimulateAsync(WorldOptions.Sized(automations: 5, steps: 1, linksPerStep: 3));
        var account = sendGrid.World.Accounts[0];
        var rule = sendGrid.Behaviours.Add("403-scope");
        await using var station = await WeatherStation.StartAsync(
            machine,
            sendGrid,
            [WeatherStation.Poll(sendGrid, account, discover: false)]
        );
        var begun = await station.UntilAsync(
            "all know it",
            scrape => account.Automations.All(automation => scrape.Of(automation.Id).Up == 0)
        );

        var before = station.Requests().Count;
        var later = await station.UntilAsync(
            "six intervals have passed",
            scrape => account.Automations.All(automation => scrape.Of(automation.Id).Polls >= begun.Of(automation.Id).Polls + 6)
        );
        var intervals = account.Automations.Max(automation => later.Of(automation.Id).Polls - begun.Of(automation.Id).Polls);
        Assert.InRange(station.Requests().Count - before, intervals - 2, intervals + 3);

        sendGrid.Behaviours.Remove(rule);
        await station.UntilAsync("all are well", scrape => account.Automations.All(automation => scrape.Of(automation.Id).Up == 1));
    }
}
