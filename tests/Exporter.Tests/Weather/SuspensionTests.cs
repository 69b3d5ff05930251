using Exporter.Polling;
using Exporter.Tests.VirtualTime;
using Simulator;

namespace Exporter.Tests.Weather;

/// <summary>A laptop is closed, or a virtual machine paused: time passes, and the program sees nothing of it until it goes on.</summary>
[Collection(nameof(OnVirtualTime))]
public sealed class SuspensionTests
{
    [Theory]
    [InlineData(10)]
    [InlineData(70)]
    [InlineData(60 * 24 * 40)]
    public async Task Values_have_their_true_age_afterwards_and_what_is_due_is_polled_at_once(int minutes)
    {
        var machine = new VirtualMachine();
        var sendGrid = await machine.SimulateAsync(WorldOptions.Demo());
        var account = sendGrid.World.Accounts[0];
        await using var station = await WeatherStation.StartAsync(machine, sendGrid, [WeatherStation.Poll(sendGrid, account)]);
        var ids = account.Automations.Select(static automation => automation.Id).ToList();
        var before = await station.UntilAsync("all is well", scrape => ids.TrueForAll(id => scrape.Of(id).Up == 1));
        await machine.Clock.SettleAsync();

        machine.Clock.Suspend(TimeSpan.FromMinutes(minutes));

        var woken = await station.ScrapeAsync();
        var (isAged, now) = (TimeSpan.FromMinutes(minutes) > new PollOptions().MaxAge, machine.Clock.GetUtcNow());
        Assert.All(ids, id => Assert.Equal(before.Of(id).LastSuccess, woken.Of(id).LastSuccess));
        Assert.All(ids, id => Assert.Equal(!isAged, woken.Of(id).HasData));

        await machine.Clock.ForAsync(TimeSpan.FromSeconds(30));
        var after = await station.ScrapeAsync();
        Assert.All(ids, id => Assert.True(after.Of(id) is { Up: 1, HasData: true } each && each.LastSuccess >= now.ToUnixTimeSeconds()));
    }
}
