using System.IO.Compression;
using System.Text;
using Exporter.Exposition;
using Exporter.Exposition.Gzip;
using Exporter.Polling;
using Exporter.Tests.VirtualTime;
using Simulator;

namespace Exporter.Tests.Weather;

/// <summary>What has not changed for some scrapes is compressed again, in the whole program.</summary>
[Collection(nameof(OnVirtualTime))]
public sealed class CompactionTests
{
    private const string Text = "text/plain";
    private const string OpenMetrics = "application/openmetrics-text; version=1.0.0";

    [Fact]
    public async Task What_rests_on_the_page_is_sent_in_fewer_bytes_and_says_the_same_in_both_formats()
    {
        var machine = new VirtualMachine();
        var sendGrid = await machine.SimulateAsync(WorldOptions.Sized(automations: 20, steps: 3, linksPerStep: 30));
        var account = sendGrid.World.Accounts[0];
        await using var station = await WeatherStation.StartAsync(
            machine,
            sendGrid,
            [WeatherStation.Poll(sendGrid, account, discover: false)],
            new PollOptions { Interval = TimeSpan.FromHours(1) }
        );
        await station.UntilAsync("all is known", scrape => account.Automations.All(automation => scrape.Of(automation.Id).HasData));

        var (text, open) = (await station.ZippedAsync(Text), await station.ZippedAsync(OpenMetrics));
        for (var answer = 2; answer < MetricsPage.SomeAnswers; answer++)
        {
            await station.ZippedAsync(Text);
        }

        await machine.Clock.ForAsync(PageCompactor.ShortRest + TimeSpan.FromSeconds(10));
        var (smallText, smallOpen) = (await station.ZippedAsync(Text), await station.ZippedAsync(OpenMetrics));

        Assert.Equal(Statistics(text), Statistics(smallText));
        Assert.Equal(Statistics(open), Statistics(smallOpen));
        Assert.Equal(Statistics(text), Statistics(open));
        Assert.InRange(smallText.Length, 1, text.Length * 2 / 3);
        Assert.InRange(smallOpen.Length, 1, open.Length * 2 / 3);

        // The world goes on: what changes is there at once.
        sendGrid.Clock.Advance(TimeSpan.FromDays(1));
        await machine.Clock.ForAsync(TimeSpan.FromHours(1));
        Assert.NotEqual(Statistics(smallText), Statistics(await station.ZippedAsync(Text)));
    }

    private static List<string> Statistics(byte[] body)
    {
        using var gzip = new GZipStream(new MemoryStream(body), CompressionMode.Decompress);
        using var reader = new StreamReader(gzip, Encoding.UTF8);
        return
        [
            .. reader
                .ReadToEnd()
                .Split('\n')
                .Where(static line =>
                    line.StartsWith("sendgrid_automation_link_", StringComparison.Ordinal)
                    || line.StartsWith("sendgrid_automation_step_", StringComparison.Ordinal)
                ),
        ];
    }
}
