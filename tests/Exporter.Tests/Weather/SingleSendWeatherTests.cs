using Exporter.Polling;
using Exporter.Tests.VirtualTime;
using Simulator;

namespace Exporter.Tests.Weather;

/// <summary>Single Sends go the way of automations; some of the weather shows that they do.</summary>
[Collection(nameof(OnVirtualTime))]
public sealed class SingleSendWeatherTests
{
    [Theory]
    [InlineData("502-html", "unavailable")]
    [InlineData("403-scope", "forbidden")]
    [InlineData("404-{}", "not_found")]
    [InlineData("429-retry-after=1", "rate_limited")]
    [InlineData("results-absent", "invalid_response")]
    [InlineData("hang=body", "timeout")]
    public async Task A_Single_Send_that_cannot_be_refreshed_says_why_and_ages_and_comes_back(string rule, string reason)
    {
        var machine = new VirtualMachine();
        var sendGrid = await machine.SimulateAsync(WorldOptions.Demo());
        // By then it has been sent, and clicked.
        sendGrid.Clock.Advance(TimeSpan.FromDays(7));
        var (account, id) = (sendGrid.World.Accounts[0], sendGrid.World.Accounts[0].SingleSends[1].Id);
        var polled = WeatherStation.Poll(sendGrid, account, discover: false) with
        {
            Automations = new AutomationsOptions { Discover = false },
            SingleSends = new SingleSendsOptions { List = [new ConfiguredSingleSend { Id = id }] },
        };

        await using var station = await WeatherStation.StartAsync(machine, sendGrid, [polled]);
        await station.UntilAsync("it is fresh", scrape => scrape.OfSingleSend(id) is { Up: 1, HasData: true });

        var active = sendGrid.Behaviours.Add(rule);
        var failing = await station.UntilAsync(
            "it fails",
            scrape => scrape.OfSingleSend(id) is { Up: 0 } seen && seen.Failures[reason] > 0
        );
        var aged = await station.UntilAsync("its values are too old", scrape => !scrape.OfSingleSend(id).HasData);
        Assert.Equal((failing.OfSingleSend(id).LastSuccess, 0d), (aged.OfSingleSend(id).LastSuccess, aged.OfSingleSend(id).Up));

        sendGrid.Behaviours.Remove(active);
        await station.UntilAsync(
            "it is fresh again",
            scrape =>
                scrape.OfSingleSend(id) is { Up: 1, HasData: true } seen
                && seen.Clicks.Values.Sum() == sendGrid.World.SingleSendLinkTotals(id, sendGrid.Clock.Now).Sum(row => row.Clicks)
        );
    }
}
