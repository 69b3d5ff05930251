using Exporter.Tests.VirtualTime;
using Simulator;

namespace Exporter.Tests.Weather;

/// <summary>401 and 403 in numbers of requests: a refused account is not hammered, and recovers by itself.</summary>
[Collection(nameof(OnVirtualTime))]
public sealed class RefusedKeyTests
{
    [Fact]
    public async Task A_refused_key_is_tried_by_one_request_per_interval_and_all_go_on_when_it_is_accepted()
    {
        var machine = new VirtualMachine();
        var sendGrid = await machine.SimulateAsync(WorldOptions.Sized(automations: 5, steps: 1, linksPerStep: 3));
        var account = sendGrid.World.Accounts[0];
        await using var station = await WeatherStation.StartAsync(machine, sendGrid, [WeatherStation.Poll(sendGrid, account)]);
        await station.UntilAsync("all is well", scrape => account.Automations.All(automation => scrape.Of(automation.Id).Up == 1));

        var rule = sendGrid.Behaviours.Add("401-bad-key");
        var begun = await station.UntilAsync("all know it", scrape => account.Automations.All(automation => scrape.Of(automation.Id).Up == 0));
        var before = station.Requests().Count;
        var later = await station.UntilAsync("six intervals have passed", scrape =>
            account.Automations.All(automation => scrape.Of(automation.Id).Polls >= begun.Of(automation.Id).Polls + 6));
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
        var machine = new VirtualMachine();
        var sendGrid = await machine.SimulateAsync(WorldOptions.Sized(automations: 1, steps: 1, linksPerStep: 3));
        var account = sendGrid.World.Accounts[0];
        sendGrid.Behaviours.Add("401-bad-key");
        await using var station = await WeatherStation.StartAsync(machine, sendGrid, [WeatherStation.Poll(sendGrid, account, discover: false)]);

        var page = await station.UntilAsync("seven polls were made", scrape => scrape.Of(account.Automations[0].Id).Polls >= 7);

        Assert.InRange(station.Requests().Count, 6, page.Of(account.Automations[0].Id).Polls + 1);
    }

    [Fact]
    public async Task A_403_is_asked_once_more_and_then_once_per_interval()
    {
        var machine = new VirtualMachine();
        var sendGrid = await machine.SimulateAsync(WorldOptions.Sized(automations: 1, steps: 1, linksPerStep: 3));
        var account = sendGrid.World.Accounts[0];
        sendGrid.Behaviours.Add("403-scope");
        await using var station = await WeatherStation.StartAsync(machine, sendGrid, [WeatherStation.Poll(sendGrid, account, discover: false)]);

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
        await using var station = await WeatherStation.StartAsync(machine, sendGrid, [WeatherStation.Poll(sendGrid, account, discover: false)]);
        var begun = await station.UntilAsync("all know it", scrape => account.Automations.All(automation => scrape.Of(automation.Id).Up == 0));

        var before = station.Requests().Count;
        var later = await station.UntilAsync("six intervals have passed", scrape =>
            account.Automations.All(automation => scrape.Of(automation.Id).Polls >= begun.Of(automation.Id).Polls + 6));
        var intervals = account.Automations.Max(automation => later.Of(automation.Id).Polls - begun.Of(automation.Id).Polls);
        Assert.InRange(station.Requests().Count - before, intervals - 2, intervals + 3);

        sendGrid.Behaviours.Remove(rule);
        await station.UntilAsync("all are well", scrape => account.Automations.All(automation => scrape.Of(automation.Id).Up == 1));
    }
}
