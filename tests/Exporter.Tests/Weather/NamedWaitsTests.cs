using System.Net;
using Exporter.Polling;
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
    private static readonly string[] Told = ["503-retry-after=3000", "retry-after-on-200=3000"];

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

    public static TheoryData<string, string> All => [.. Told.SelectMany(told => Fates.Select(fate => (told, fate)))];

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
