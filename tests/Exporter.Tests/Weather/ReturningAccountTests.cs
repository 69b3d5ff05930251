using System.Net;
using Exporter.Polling;
using Exporter.Tests.VirtualTime;
using Simulator;

namespace Exporter.Tests.Weather;

/// <summary>An account that a reload takes out or renames, and a later one brings back, shows what a restart would show then.</summary>
[Collection(nameof(OnVirtualTime))]
public sealed class ReturningAccountTests : IDisposable
{
    private const string LastSuccess = "sendgrid_automation_last_success_timestamp_seconds";
    private const string Down = "500-burst=360000000";

    private static readonly PollOptions Often = new()
    {
        Interval = TimeSpan.FromSeconds(20),
        DiscoveryInterval = TimeSpan.FromSeconds(20),
        Timeout = TimeSpan.FromSeconds(10),
        MaxAge = TimeSpan.FromMinutes(30),
    };

    /// <summary>Of the process, of attempts and of its own list: a restart begins these anew, too, a moment later.</summary>
    private static readonly string[] OfTheProcess =
    [
        "_listed",
        "_up",
        "_polls_total",
        "_poll_failures_total",
        "_last_attempt_timestamp_seconds",
        "_poll_duration_seconds",
        "_poll_pages",
    ];

    private readonly DirectoryInfo _storage = Directory.CreateTempSubdirectory("returning-");

    public void Dispose() => _storage.Delete(recursive: true);

    [Theory]
    [InlineData("renamed")]
    [InlineData("removed")]
    [InlineData("on behalf of another")]
    public async Task An_account_that_is_mistyped_for_a_second_and_corrected_keeps_its_saved_state(string fate)
    {
        var machine = new VirtualMachine();
        var sendGrid = await machine.SimulateAsync(WorldOptions.Sized(accounts: 2, automations: 2, steps: 1, linksPerStep: 3));
        var (main, other) = (Account(sendGrid, 0), Account(sendGrid, 1));
        await using var station = await WeatherStation.StartAsync(machine, sendGrid, [main, other], Often, storage: _storage.FullName);
        await station.UntilAsync("it is polled", scrape => scrape.Of(sendGrid.World.Accounts[0].Automations[0].Id, main.Api.Name).HasData);
        sendGrid.Clock.Advance(TimeSpan.FromDays(1));
        await station.UntilAsync("clicks have risen", scrape => Of(scrape, main).Keys.Any(IsIncrease));
        var rule = sendGrid.Behaviours.Add(Down);
        await station.Clock.ForAsync(TimeSpan.FromSeconds(3));
        var before = Of(await station.ScrapeAsync(), main);
        var pages = (await station.PagesAsync())!.Order(StringComparer.Ordinal);

        await ReloadAsync(
            station,
            fate switch
            {
                "removed" => [other],
                "renamed" => [main with { Api = main.Api with { Name = "mian" } }, other],
                _ => [main with { Api = main.Api with { OnBehalfOf = "nobody" } }, other],
            }
        );
        var meanwhile = Of(await station.ScrapeAsync(), main);
        Assert.DoesNotContain(meanwhile, static series => series.Key.Contains("_link_clicks", StringComparison.Ordinal));
        await station.Clock.ForAsync(TimeSpan.FromSeconds(1));
        await ReloadAsync(station, [main, other]);

        Assert.Equal(before, Of(await station.ScrapeAsync(), main));
        Assert.Equal(pages, (await station.PagesAsync())!.Order(StringComparer.Ordinal));
        sendGrid.Behaviours.Remove(rule);
        await station.Clock.ForAsync(TimeSpan.FromMinutes(1));
        Assert.Contains(Of(await station.ScrapeAsync(), main).Keys, IsIncrease);

        static bool IsIncrease(string series) => series.Contains("_link_last_increase_", StringComparison.Ordinal);
    }

    /// <summary>
    /// Reloads in any order and at any pace take accounts out, rename them, change what they poll, and bring them back, while SendGrid
    /// answers or not. Whenever one comes back it shows what a program shows that starts a moment later with a copy of the store, and no
    /// walk that is older than the last one shown.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Whenever_an_account_comes_back_it_shows_what_a_restart_shows(int seed)
    {
#pragma warning disable CA5394 // Not for secrets: the same seed is to give the same reloads.
        var dice = new Random(seed);
        var machine = new VirtualMachine();
        var sendGrid = await machine.SimulateAsync(WorldOptions.Sized(accounts: 2, automations: 3, steps: 2, linksPerStep: 3));
        await using var station = await WeatherStation.StartAsync(
            machine,
            sendGrid,
            [Account(sendGrid, 0), Account(sendGrid, 1)],
            Often,
            storage: _storage.FullName
        );
        for (var round = 0; round < 8; round++)
        {
            sendGrid.Clock.Advance(TimeSpan.FromHours(6));
            await station.Clock.ForAsync(TimeSpan.FromSeconds(dice.Next(1, 90)));
            for (var reloads = dice.Next(1, 4); reloads > 0; reloads--)
            {
                await ReloadAsync(station, [.. Enumerable.Range(0, 2).SelectMany(Any)]);
                await station.Clock.ForAsync(TimeSpan.FromSeconds(dice.Next(3) * dice.Next(25)));
            }

            var back = Shaped(0);
            var last = (await station.ScrapeAsync()).Family(LastSuccess, $"account=\"{back.Api.Name}\"");
            await ReloadAsync(station, [Account(sendGrid, 1)]);
            await station.Clock.ForAsync(TimeSpan.FromSeconds(dice.Next(4) * dice.Next(20)));
            var rule = sendGrid.Behaviours.Add(Down);
            await ReloadAsync(station, [back, Account(sendGrid, 1)]);
            var shown = Of(await station.ScrapeAsync(), back);
            Assert.Equal(await RestartedAsync(station, back, round), shown);
            Assert.All(last, walk => Assert.False(shown.TryGetValue(LastSuccess + walk.Key, out var now) && now < walk.Value, walk.Key));
            sendGrid.Behaviours.Remove(rule);
        }

        IEnumerable<AccountOptions> Any(int number) =>
            dice.Next(4) switch
            {
                0 => [],
                1 => [Shaped(number) with { Api = Account(sendGrid, number).Api with { Name = $"mistyped-{number}" } }],
                _ => [Shaped(number)],
            };

        AccountOptions Shaped(int number)
        {
            var account = Account(sendGrid, number);
            var ids = sendGrid.World.Accounts[number].Automations.Select(static automation => automation.Id).ToList();
            return dice.Next(5) switch
            {
                0 => account with { Automations = account.Automations with { Exclude = [ids[0]] } },
                1 => account with { Automations = account.Automations with { StepStats = false } },
                2 => account with
                {
                    Automations = account.Automations with
                    {
                        Discover = false,
                        List = [new ConfiguredAutomation { Id = ids[1], Name = "one" }],
                    },
                },
                _ => account,
            };
        }
#pragma warning restore CA5394
    }

    private async Task<SortedDictionary<string, double>> RestartedAsync(WeatherStation station, AccountOptions account, int round)
    {
        // What came back from memory is saved within a second or two.
        await station.Clock.ForAsync(TimeSpan.FromSeconds(2));
        await station.Clock.SettleAsync();
        var copy = _storage.CreateSubdirectory($"copy-{round}");
        foreach (var file in _storage.GetFiles("history.db*"))
        {
            file.CopyTo(Path.Combine(copy.FullName, file.Name));
        }

        var machine = new VirtualMachine();
        machine.Clock.SetTimeOfDay(station.Clock.GetUtcNow() - machine.Clock.GetUtcNow());
        var nobody = await machine.SimulateAsync(WorldOptions.Sized(accounts: 2, automations: 3, steps: 2, linksPerStep: 3));
        nobody.Behaviours.Add(Down);
        await using var restarted = await WeatherStation.StartAsync(machine, nobody, [account], Often, storage: copy.FullName);
        return Of(await restarted.ScrapeAsync(), account);
    }

    private static async Task ReloadAsync(WeatherStation station, IReadOnlyList<AccountOptions> accounts)
    {
        station.Options = station.Options with { Accounts = accounts };
        Assert.Equal(HttpStatusCode.OK, await station.ReloadAsync());
    }

    private static AccountOptions Account(SimulatedSendGrid sendGrid, int number) =>
        WeatherStation.Poll(sendGrid, sendGrid.World.Accounts[number], named: true);

    /// <summary>What is shown of the campaigns of an account.</summary>
    private static SortedDictionary<string, double> Of(Scrape scrape, AccountOptions account) =>
        new(
            scrape
                .Series.Where(series =>
                    (
                        series.StartsWith("sendgrid_automation_", StringComparison.Ordinal)
                        || series.StartsWith("sendgrid_exporter_overflowed_links", StringComparison.Ordinal)
                    )
                    && series.Contains($"account=\"{account.Api.Name}\"", StringComparison.Ordinal)
                    && !OfTheProcess.Any(end => series.Contains($"sendgrid_automation{end}{{", StringComparison.Ordinal))
                )
                .ToDictionary(static series => series, scrape.Value, StringComparer.Ordinal),
            StringComparer.Ordinal
        );
}
