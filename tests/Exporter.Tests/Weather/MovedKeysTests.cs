using System.Net;
using Exporter.Polling;
using Exporter.Tests.VirtualTime;
using Simulator;

namespace Exporter.Tests.Weather;

/// <summary>A reload puts keys under other names. What the API asked of a key's account, it did not ask of a name.</summary>
[Collection(nameof(OnVirtualTime))]
public sealed class MovedKeysTests
{
    private static readonly string[] Moves = ["renamed", "swapped", "split", "merged", "passed on"];

    private static readonly string[] Told =
    [
        "429-retry-after=3000/automation_links",
        "503-retry-after=3000/automation_links",
        "503-retry-after=3000/automations",
    ];

    public static TheoryData<string, string> All => [.. Told.SelectMany(told => Moves.Select(move => (told, move)))];

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_wait_stays_with_the_key_and_does_not_hold_up_another_one(string told, string move)
    {
        var (behaviour, endpoint) = (told.Split('/')[0], told.Split('/')[1]);
        var machine = new VirtualMachine();
        var sendGrid = await machine.SimulateAsync(WorldOptions.Several());
        var (one, two) = (sendGrid.World.Accounts[0], sendGrid.World.Accounts[1]);
        var (first, second) = (Poll(one), Poll(two));
        sendGrid.Behaviours.Add($"{behaviour}@account={one.Name},endpoint={endpoint},times=1");
        await using var station = await WeatherStation.StartAsync(
            machine,
            sendGrid,
            move is "split" or "renamed" ? [Called("a", first)] : [Called("a", first), Called("b", second)]
        );
        await station.UntilAsync("it was told to wait", _ => Refused() is not null);
        await machine.Clock.SettleAsync();
        var path = Refused()!.Path;
        var (asked, moved) = (AskedOfFirst(), machine.Clock.GetUtcNow());

        station.Options = station.Options with
        {
            Accounts = move switch
            {
                "renamed" => [Called("old", first)],
                "swapped" => [Called("a", second), Called("b", first)],
                "split" => [Called("a", second), Called("old", first)],
                "merged" => [Called("b", first)],
                _ => [Called("b", first), Called("c", second)],
            },
        };
        Assert.Equal(HttpStatusCode.OK, await station.ReloadAsync());
        await machine.Clock.ForAsync(TimeSpan.FromSeconds(30));

        if (move is not ("renamed" or "merged"))
        {
            Assert.Contains(station.Requests(two.Name, endpoint), request => request.Time >= moved);
        }

        await station.UntilAsync("most of the wait has passed", _ => machine.Clock.GetUtcNow() > Refused()!.Time.AddSeconds(2900));
        Assert.Equal(asked, AskedOfFirst());
        await station.UntilAsync("it is asked again", _ => AskedOfFirst() > asked);

        LoggedRequest? Refused() => station.Requests(one.Name, endpoint).FirstOrDefault(static request => request.Behaviours.Count > 0);
        int AskedOfFirst() => station.Requests(one.Name, endpoint).Count(request => behaviour.StartsWith('4') || request.Path == path);
        AccountOptions Poll(SimulatedAccount account) =>
            WeatherStation.Poll(sendGrid, account) is var polled && endpoint == "automations"
                ? polled with
                {
                    Automations = polled.Automations with { Names = NameSource.UndocumentedApi },
                }
                : polled;
    }

    private static AccountOptions Called(string name, AccountOptions account) => account with { Api = account.Api with { Name = name } };
}
