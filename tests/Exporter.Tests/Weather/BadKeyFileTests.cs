using Exporter.SendGrid.Keys;
using Exporter.Tests.VirtualTime;
using Simulator;

namespace Exporter.Tests.Weather;

/// <summary>Whatever a key file holds while the program runs, it goes on with the last good key.</summary>
[Collection(nameof(OnVirtualTime))]
public sealed class BadKeyFileTests
{
    private static readonly string[] Spellings =
    [
        "\"@\"",
        "'@'",
        "\u201C@\u201D",
        "Bearer @",
        "SENDGRID_API_KEY=@",
        "api_key: @",
        "{\"api_key\":\"@\"}",
        "@\n@",
        "@ @",
        "@\u200B",
        "${@}",
        "<your key>",
        "",
        "\0",
        "@\u00E9",
    ];

    [Fact]
    public async Task A_running_exporter_keeps_its_good_key_until_the_file_holds_a_good_one_again()
    {
        var file = Path.GetTempFileName();
        try
        {
            var machine = new VirtualMachine();
            var sendGrid = await machine.SimulateAsync(WorldOptions.Sized(automations: 1, steps: 1, linksPerStep: 3));
            var account = sendGrid.World.Accounts[0];
            var polled = WeatherStation.Poll(sendGrid, account, discover: false);
            var id = account.Automations[0].Id;
            await Write(account.ApiKey);
            await using var station = await WeatherStation.StartAsync(
                machine,
                sendGrid,
                [polled with { Api = polled.Api with { ApiKey = ApiKey.FromFile(file) } }]
            );
            await station.UntilAsync("it is polled", scrape => scrape.Of(id).Up == 1);

            foreach (var spelling in Spellings.Append("@\r\n"))
            {
                await Write(spelling.Replace("@", account.ApiKey, StringComparison.Ordinal));
                var polls = (await station.ScrapeAsync()).Of(id).Polls;
                var scrape = await station.UntilAsync("it is polled again", scrape => scrape.Of(id).Polls > polls);
                Assert.Equal((1, 1), (scrape.Of(id).Up, scrape["sendgrid_up"]));
            }

            Assert.All(station.Requests(), request => Assert.Equal(account.ApiKey, request.Key));
        }
        finally
        {
            File.Delete(file);
        }

        Task Write(string text) => File.WriteAllTextAsync(file, text, WeatherStation.Stopping);
    }
}
