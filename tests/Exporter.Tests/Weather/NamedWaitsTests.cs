using System.Net;
using Exporter.Polling;
using Exporter.SendGrid.Keys;
using Exporter.Tests.VirtualTime;
using Simulator;

namespace Exporter.Tests.Weather;

/// <summary>
/// A <c>Retry-After</c> is about a path. Whatever happens meanwhile to the campaign, its account or the server behind it, the path is not
/// asked before that time.
/// </summary>
[Collection(nameof(OnVirtualTime))]
public sealed class NamedWaitsTests
{
    private static readonly string[] ToldOne = ["503-retry-after=3000", "retry-after-on-200=3000"];

    private static readonly string[] Fates =
    [
        "account renamed",
        "account removed and taken back",
        "automation removed and taken back",
        "automation renamed",
        "discovered instead of configured",
        "other page size",
        "another server and back",
        "another server under another name and back",
    ];

    public static TheoryData<string, string> All => [.. ToldOne.SelectMany(told => Fates.Select(fate => (told, fate)))];

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_campaign_that_was_told_to_wait_waits_whatever_a_reload_makes_of_it(string told, string fate)
    {
        var machine = new VirtualMachine();
        var sendGrid = await machine.SimulateAsync(WorldOptions.Several());
        await using var elsewhere = await machine.SimulateAsync(WorldOptions.Several());
        var account = sendGrid.World.Accounts[0];
        var before = WeatherStation.Poll(sendGrid, account, named: true, discover: false);
        sendGrid.Behaviours.Add($"{told}@account={account.Name},endpoint=automation_links,times=1");
        await using var station = await WeatherStation.StartAsync(machine, sendGrid, [before]);
        await station.UntilAsync("all were asked", _ => Links().Select(static link => link.Path).Distinct().Count() > 1);
        await machine.Clock.SettleAsync();
        var first = Links()[0];

        foreach (var accounts in Reloads(fate, before, new Uri(elsewhere.BaseUrl, "/"), first.Path))
        {
            station.Options = station.Options with { Accounts = accounts };
            Assert.Equal(HttpStatusCode.OK, await station.ReloadAsync());
            await machine.Clock.ForAsync(TimeSpan.FromMinutes(6));
        }

        var page = await station.UntilAsync("it is asked again", _ => Again() is not null);
        Assert.InRange(Again()!.Time - first.Time, TimeSpan.FromSeconds(2999), TimeSpan.FromMinutes(70));

        // Nothing was asked, so nothing has failed, unless the walk that was told to wait had more pages. The others were asked as ever.
        Assert.DoesNotMatch($"reason=\"rate_limited\"}} [{(told.Contains("200", StringComparison.Ordinal) ? "2" : "1")}-9]", page.Text);
        Assert.All(
            Links().Where(link => link.Path != first.Path).GroupBy(static link => link.Path),
            static other => Assert.InRange(other.Count(), 4, int.MaxValue)
        );

        IReadOnlyList<LoggedRequest> Links() => station.Requests(account.Name, "automation_links");
        LoggedRequest? Again() => Links().Skip(1).FirstOrDefault(link => link.Path == first.Path);
    }

    private static readonly string[] Answers = ["503-retry-after=3000", "retry-after-on-200=3000", "status=403/3000"];

    private static readonly string[] Others = ["key in the configuration", "key in its file", "subuser", "statistics"];

    public static TheoryData<string, string, string> AboutOthers =>
        [
            .. from told in Answers
            from other in Others
            from endpoint in (string[])(other == "statistics" ? ["automation_stats"] : ["automation_links", "automation_list"])
            where other != "statistics" || told != "status=403/3000"
            select (told, other, endpoint),
        ];

    /// <summary>
    /// What was said to another key, about another subuser or about statistics holds up nothing else, in flight or planned.
    /// </summary>
    [Theory]
    [MemberData(nameof(AboutOthers))]
    public async Task A_wait_ends_with_what_it_was_about(string told, string other, string endpoint)
    {
        var file = Path.GetTempFileName();
        try
        {
            var machine = new VirtualMachine();
            var sendGrid = await machine.SimulateAsync(WorldOptions.Several());
            var (account, otherKey) = (sendGrid.World.Accounts[0], sendGrid.World.Accounts[1].ApiKey);
            await File.WriteAllTextAsync(file, account.ApiKey, WeatherStation.Stopping);
            var before = WeatherStation.Poll(sendGrid, account, discover: endpoint == "automation_list");
            before = other == "key in its file" ? before with { Api = before.Api with { ApiKey = ApiKey.FromFile(file) } } : before;
            await using var station = await WeatherStation.StartAsync(machine, sendGrid, [before]);
            await station.UntilAsync("all is well", scrape => account.Automations.All(each => scrape.Of(each.Id).Up == 1));
            sendGrid.Behaviours.Add($"{told}@endpoint={endpoint}");
            await station.UntilAsync("it was told to wait", _ => station.Requests(endpoint: endpoint).Any(Told));
            await machine.Clock.ForAsync(TimeSpan.FromMinutes(11));
            sendGrid.Behaviours.Clear();
            var (asked, moment) = (endpoint == "automation_stats" ? "automation_links" : endpoint, machine.Clock.GetUtcNow());
            Assert.DoesNotContain(station.Requests(endpoint: asked), request => request.Time > moment.AddMinutes(-5));

            if (other == "key in its file")
            {
                await File.WriteAllTextAsync(file, otherKey, WeatherStation.Stopping);
            }
            else
            {
                station.Options = station.Options with { Accounts = [With(other)] };
                Assert.Equal(HttpStatusCode.OK, await station.ReloadAsync());
            }

            await machine.Clock.ForAsync(TimeSpan.FromMinutes(6));
            Assert.Contains(station.Requests(endpoint: asked), request => request.Time >= moment);

            AccountOptions With(string what) =>
                what switch
                {
                    "subuser" => before with { Api = before.Api with { OnBehalfOf = "other" } },
                    "statistics" => before with { Automations = before.Automations with { StepStats = false } },
                    _ => before with { Api = before.Api with { ApiKey = ApiKey.FromValue(otherKey) } },
                };
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static readonly string[] Endpoints = ["automation_links", "automation_stats", "automation_list", "automations"];

    public static TheoryData<string, string, int> ToTheFormerKey =>
        [
            .. from told in (string[])[.. Answers, "status=401/3000"]
            from endpoint in Endpoints
            from delay in (int[])[0, 6, 15, 20]
            select (told, endpoint, delay),
        ];

    /// <summary>
    /// The key's file is replaced some seconds after all was asked for: an answer to the former key has come by then, or comes before or
    /// after the new one is used by others.
    /// </summary>
    [Theory]
    [MemberData(nameof(ToTheFormerKey))]
    public async Task A_wait_that_the_former_key_was_told_does_not_hold_up_the_new_one_however_late_it_comes(
        string told,
        string endpoint,
        int delay
    )
    {
        var file = Path.GetTempFileName();
        try
        {
            var machine = new VirtualMachine();
            var sendGrid = await machine.SimulateAsync(WorldOptions.Several());
            var (one, two) = (sendGrid.World.Accounts[0], sendGrid.World.Accounts[1]);
            await File.WriteAllTextAsync(file, one.ApiKey, WeatherStation.Stopping);
            sendGrid.Behaviours.Add($"{told}@account={one.Name},endpoint={endpoint}");
            sendGrid.Behaviours.Add($"delay={delay}@account={one.Name},endpoint={endpoint}");
            var polled = WeatherStation.Poll(sendGrid, one, discover: true);
            polled = polled with
            {
                Api = polled.Api with { ApiKey = ApiKey.FromFile(file) },
                Automations = polled.Automations with
                {
                    Names = NameSource.UndocumentedApi,
                    List = [.. one.Automations.Select(static automation => new ConfiguredAutomation { Id = automation.Id })],
                },
            };
            await using var station = await WeatherStation.StartAsync(machine, sendGrid, [polled]);

            await machine.Clock.ForAsync(TimeSpan.FromSeconds(12));
            await File.WriteAllTextAsync(file, two.ApiKey, WeatherStation.Stopping);
            await machine.Clock.ForAsync(TimeSpan.FromMinutes(20));

            var toldTheFormerKey = station.Requests(one.Name, endpoint).Where(Told).Select(static request => request.Path).ToList();
            Assert.NotEmpty(toldTheFormerKey);
            Assert.Empty(toldTheFormerKey.Except(station.Requests(two.Name, endpoint).Select(static request => request.Path)));
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>A 429 is about the endpoint: who did not ask itself meets it once, and then knows until when.</summary>
    [Fact]
    public async Task An_endpoint_that_rests_fails_each_campaign_once_and_not_once_an_interval()
    {
        var machine = new VirtualMachine();
        var sendGrid = await machine.SimulateAsync(WorldOptions.Sized(automations: 6, steps: 1, linksPerStep: 3));
        var account = sendGrid.World.Accounts[0];
        sendGrid.Behaviours.Add("429-retry-after=3000@endpoint=automation_links,times=1");
        await using var station = await WeatherStation.StartAsync(machine, sendGrid, [WeatherStation.Poll(sendGrid, account)]);

        var page = await station.UntilAsync("most of the wait has passed", _ => machine.Clock.Elapsed > TimeSpan.FromMinutes(45));

        Assert.Single(station.Requests(account.Name, "automation_links"));
        Assert.All(account.Automations, automation => Assert.Equal(1, page.Of(automation.Id).Failures["rate_limited"]));
        await station.UntilAsync("all are well", scrape => account.Automations.All(each => scrape.Of(each.Id).Up == 1));
    }

    /// <summary>
    /// The gate knows of a wait that the schedule has forgotten, because the list was dropped and asked for again. While the key is refused
    /// such a list was chosen for the probe, postponed by the gate and chosen again, without end and without a request.
    /// </summary>
    [Fact]
    public async Task A_list_that_waits_is_not_chosen_for_the_probe_of_a_refused_key()
    {
        var machine = new VirtualMachine();
        var sendGrid = await machine.SimulateAsync(WorldOptions.Sized(automations: 1, steps: 1, linksPerStep: 3));
        var account = WeatherStation.Poll(sendGrid, sendGrid.World.Accounts[0]);
        var id = sendGrid.World.Accounts[0].Automations[0].Id;
        account = account with { Automations = account.Automations with { List = [new ConfiguredAutomation { Id = id }] } };
        sendGrid.Behaviours.Add("retry-after-on-200=86400@endpoint=automation_list");
        await using var station = await WeatherStation.StartAsync(
            machine,
            sendGrid,
            [account],
            new PollOptions { Interval = TimeSpan.FromSeconds(20), Timeout = TimeSpan.FromMinutes(2) }
        );
        await station.UntilAsync("it is polled", scrape => scrape.Of(id).Up == 1);
        foreach (var discover in (bool[])[false, true])
        {
            station.Options = station.Options with
            {
                Accounts = [account with { Automations = account.Automations with { Discover = discover } }],
            };
            Assert.Equal(HttpStatusCode.OK, await station.ReloadAsync());
        }

        sendGrid.Behaviours.Add("401-bad-key");
        await station.UntilAsync("the key is known to be refused", scrape => scrape["sendgrid_up"] == 0);
        sendGrid.Behaviours.Add($"hang@automation={id}");
        var rings = machine.Clock.Rings;
        await machine.Clock.ForAsync(TimeSpan.FromHours(1));
        Assert.InRange(machine.Clock.Rings - rings, 0, 10_000);

        sendGrid.Behaviours.Clear();
        var mended = machine.Clock.Elapsed;

        await station.UntilAsync("the key is accepted again", scrape => scrape["sendgrid_up"] == 1);
        Assert.InRange(machine.Clock.Elapsed - mended, TimeSpan.Zero, TimeSpan.FromMinutes(12));
    }

    private static bool Told(LoggedRequest request) => request.Behaviours.Count > 0;

    private static IEnumerable<IReadOnlyList<AccountOptions>> Reloads(string fate, AccountOptions account, Uri elsewhere, string path)
    {
        var told = account.Automations.List.Single(automation => path.Contains(automation.Id, StringComparison.Ordinal));
        var away = account with { Api = account.Api with { BaseUrl = elsewhere } };
        return fate switch
        {
            "account renamed" =>
            [
                [Called(account, "new")],
            ],
            "account removed and taken back" =>
            [
                [Called(away, "other")],
                [account],
            ],
            "automation removed and taken back" =>
            [
                [With([.. account.Automations.List.Where(each => each != told)])],
                [account],
            ],
            "automation renamed" =>
            [
                [With([.. account.Automations.List.Select(each => each == told ? each with { Name = "new" } : each)])],
            ],
            "discovered instead of configured" =>
            [
                [account with { Automations = new AutomationsOptions { Discover = true } }],
            ],
            "other page size" =>
            [
                [account with { Api = account.Api with { PageSize = 7 } }],
            ],
            "another server and back" =>
            [
                [away],
                [account],
            ],
            "another server under another name and back" =>
            [
                [away],
                [Called(away, "new")],
                [Called(account, "new")],
                [account],
            ],
            _ => throw new ArgumentOutOfRangeException(nameof(fate), fate, "no such fate"),
        };

        static AccountOptions Called(AccountOptions account, string name) => account with { Api = account.Api with { Name = name } };
        AccountOptions With(IReadOnlyList<ConfiguredAutomation> list) =>
            account with
            {
                Automations = account.Automations with { List = list },
            };
    }
}
