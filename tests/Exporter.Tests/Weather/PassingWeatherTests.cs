using System.Net;
using Exporter.Polling;
using Exporter.SendGrid.RateLimits;
using Exporter.Tests.VirtualTime;
using Simulator;

namespace Exporter.Tests.Weather;

/// <summary>Trouble that is over before <c>poll.timeout</c>: nobody notices it but the counters of requests.</summary>
[Collection(nameof(OnVirtualTime))]
public sealed class PassingWeatherTests
{
    [Theory]
    [InlineData("token-expired@times=1")]
    [InlineData("shift-between-pages@times=2")] // both later pages of one walk
    [InlineData("next-loses-group@times=2")]
    [InlineData("count-odd=page@times=3")]
    [InlineData("403-scope@times=1")]
    [InlineData("429-no-headers@times=1")]
    [InlineData("429-retry-after=1@times=2")]
    [InlineData("status=503@times=2")]
    [InlineData("502-html@times=2")]
    [InlineData("reset-mid-body@times=1")]
    [InlineData("truncated-json@times=1")]
    public async Task Trouble_that_passes_within_an_attempt_leaves_no_trace_in_values_or_health(string rule)
    {
        var machine = new VirtualMachine();
        var sendGrid = await machine.SimulateAsync(WorldOptions.Sized(automations: 1, steps: 2, linksPerStep: 6));
        var (account, id) = (sendGrid.World.Accounts[0], sendGrid.World.Accounts[0].Automations[0].Id);
        await using var station = await WeatherStation.StartAsync(
            machine,
            sendGrid,
            [WeatherStation.Poll(sendGrid, account, discover: false)]
        );
        var well = await station.UntilAsync("it is fresh", scrape => scrape.Of(id).Up == 1);

        var passing = sendGrid.Behaviours.Add($"{rule},endpoint=automation_links");
        var over = await station.UntilAsync("the trouble is over", scrape => AsEver(scrape) && passing.IsOver);
        await station.UntilAsync("it was polled again", scrape => AsEver(scrape) && scrape.Of(id).Polls >= over.Of(id).Polls + 2);

        Assert.Equal(0, station.Log.Count("level=warn"));

        bool AsEver(Scrape scrape)
        {
            var seen = scrape.Of(id);
            Assert.Equal(well.Of(id).Clicks, seen.Clicks);
            Assert.Equal((1d, 0d, 0d, 0L), (seen.Up, seen.RowsMerged, seen.CountMismatch, seen.Failures.Values.Sum()));
            return true;
        }
    }

    [Fact]
    public async Task A_key_that_is_refused_for_a_while_is_in_use_again_without_a_restart()
    {
        var machine = new VirtualMachine();
        var sendGrid = await machine.SimulateAsync(WorldOptions.Sized(automations: 2, steps: 1, linksPerStep: 3));
        var account = sendGrid.World.Accounts[0];
        sendGrid.Behaviours.Add("401-flap=120");
        await using var station = await WeatherStation.StartAsync(machine, sendGrid, [WeatherStation.Poll(sendGrid, account)]);

        await station.UntilAsync("the key is refused", scrape => scrape["sendgrid_up"] == 0);
        await station.UntilAsync(
            "all is well",
            scrape => scrape["sendgrid_up"] == 1 && account.Automations.All(automation => scrape.Of(automation.Id).Up == 1)
        );

        Assert.Equal((1, 1), (station.Log.Count("The API refuses the key"), station.Log.Count("The API accepts the key again")));
    }

    /// <summary>The breaker is for an endpoint: thirty Single Sends in trouble made healthy automations fail.</summary>
    [Fact]
    public async Task Single_Sends_in_trouble_cost_no_automation_anything()
    {
        var machine = new VirtualMachine();
        var sendGrid = await machine.SimulateAsync(WorldOptions.Sized(automations: 6, steps: 1, linksPerStep: 3));
        var account = sendGrid.World.Accounts[0];
        sendGrid.Behaviours.Add("500-burst=36000@endpoint=singlesend_links");
        var polled = WeatherStation.Poll(sendGrid, account) with
        {
            SingleSends = new SingleSendsOptions
            {
                List =
                [
                    .. Enumerable
                        .Range(10, 30)
                        .Select(number => new ConfiguredSingleSend { Id = $"00000000-0000-4000-8000-0000000000{number}" }),
                ],
            },
        };
        await using var station = await WeatherStation.StartAsync(machine, sendGrid, [polled]);

        var page = await station.UntilAsync("three intervals have passed", _ => machine.Clock.Elapsed > TimeSpan.FromMinutes(16));

        Assert.All(
            account.Automations,
            automation => Assert.Equal((1d, 0L), (page.Of(automation.Id).Up, page.Of(automation.Id).Failures.Values.Sum()))
        );
    }

    /// <summary>Nothing waits for a list that nobody documents, not even the first values with one place in flight.</summary>
    [Theory]
    [InlineData("hang")]
    [InlineData("hang=body")]
    [InlineData("429-retry-after=3000")]
    [InlineData("401-bad-key")]
    [InlineData("500-burst=36000")]
    public async Task The_list_of_names_holds_up_nothing(string behaviour)
    {
        var machine = new VirtualMachine();
        var sendGrid = await machine.SimulateAsync(WorldOptions.Sized(automations: 3, steps: 1, linksPerStep: 3));
        var account = sendGrid.World.Accounts[0];
        sendGrid.Behaviours.Add(behaviour + "@endpoint=automations");
        var polled = WeatherStation.Poll(sendGrid, account, new RateOptions { Concurrency = 1 });
        polled = polled with { Automations = polled.Automations with { Names = NameSource.UndocumentedApi } };
        await using var station = await WeatherStation.StartAsync(machine, sendGrid, [polled]);

        await machine.Clock.ForAsync(TimeSpan.FromSeconds(10));
        var page = await station.ScrapeAsync();

        Assert.Equal(HttpStatusCode.OK, await station.StatusAsync("/-/ready"));
        Assert.All(account.Automations, automation => Assert.Equal(1d, page.Of(automation.Id).Up));
        Assert.Equal(1, page["sendgrid_up"]);
        Assert.NotEmpty(station.Requests(endpoint: "automations"));
    }
}
