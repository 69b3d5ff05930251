using System.Globalization;
using System.Text.RegularExpressions;
using Exporter.Polling;
using Exporter.Tests.VirtualTime;
using Simulator;

namespace Exporter.Tests.Weather;

/// <summary>
/// Somebody, or NTP, sets the machine's clock while the program runs: no value looks fresher than it is, nothing vanishes early, and no
/// wait changes.
/// </summary>
[Collection(nameof(OnVirtualTime))]
public sealed partial class SetClockTests : IDisposable
{
    private const string ProcessStart = "process_start_time_seconds";
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly PollOptions Options = new();

    private readonly string _storage = Directory.CreateTempSubdirectory("sendgrid-exporter-").FullName;

    /// <summary>An hour, a day and ten years, in both directions.</summary>
    public static TheoryData<int> Jumps => [1, -1, 24, -24, 87_600, -87_600];

    public void Dispose() => Directory.Delete(_storage, recursive: true);

    [Theory]
    [MemberData(nameof(Jumps))]
    public async Task Whatever_the_clock_is_set_to_every_time_tells_its_true_age_and_values_go_at_max_age(int hours)
    {
        var machine = new VirtualMachine();
        var sendGrid = await machine.SimulateAsync(WorldOptions.Demo());
        var account = sendGrid.World.Accounts[0];
        await using var station = await WeatherStation.StartAsync(machine, sendGrid, [WeatherStation.Poll(sendGrid, account)]);
        var id = account.Automations[0].Id;
        await station.UntilAsync("it is fresh", scrape => scrape.Of(id).Up == 1);
        sendGrid.Clock.Advance(TimeSpan.FromDays(1));
        await station.UntilAsync(
            "clicks have increased",
            scrape => Times(scrape).Keys.Any(static time => time.Contains("increase", StringComparison.Ordinal))
        );
        sendGrid.Behaviours.Add("502-html");
        var down = await station.UntilAsync("it fails", scrape => scrape.Of(id).Up == 0);
        var before = Ages(down, machine);
        Assert.Contains("sendgrid_exporter_config_last_reload_success_timestamp_seconds", before.Keys);
        Assert.Contains(ProcessStart, before.Keys);

        machine.Clock.SetTimeOfDay(TimeSpan.FromHours(hours));

        // Also a scrape that comes before anything else has looked at the clock.
        var (at, last) = (machine.Clock.Elapsed, await station.ScrapeAsync());
        Equal(before, Ages(last, machine));
        Assert.Equal(down.Of(id).Clicks, last.Of(id).Clicks);
        var aged = await station.UntilAsync("the values are too old", scrape => !scrape.Of(id).HasData);
        var age = machine.Clock.Elapsed - at + TimeSpan.FromSeconds(before[LastSuccess(id)]);
        Assert.InRange(age, Options.MaxAge, Options.MaxAge + WeatherStation.ScrapeInterval + Second);
        Assert.InRange(aged.Of(id).Polls - last.Of(id).Polls, 8, 12);

        sendGrid.Behaviours.Clear();
        var mended = machine.Clock.Elapsed;
        var back = await station.UntilAsync("it is fresh again", scrape => scrape.Of(id) is { Up: 1, HasData: true });
        Assert.InRange(Ages(back, machine)[LastSuccess(id)], -1, 61);
        Assert.InRange(machine.Clock.Elapsed - mended, TimeSpan.Zero, Options.Interval + WeatherStation.ScrapeInterval + Second);
    }

    /// <summary>A clock that was wrong from the start and is put right by NTP, which is the usual case.</summary>
    [Theory]
    [InlineData(-1)]
    [InlineData(24)]
    [InlineData(-87_600)]
    [InlineData(87_600)]
    public async Task A_clock_that_was_wrong_at_the_start_and_is_put_right_leaves_no_wrong_time_behind(int hours)
    {
        var right = new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
        var machine = new VirtualMachine(right.AddHours(-hours));
        var sendGrid = await machine.SimulateAsync(WorldOptions.Demo());
        var account = sendGrid.World.Accounts[0];
        AccountOptions[] polled = [WeatherStation.Poll(sendGrid, account)];
        await using var station = await WeatherStation.StartAsync(machine, sendGrid, polled, storage: _storage);
        await station.UntilAsync("it is fresh", scrape => account.Automations.All(each => scrape.Of(each.Id).Up == 1));

        machine.Clock.SetTimeOfDay(TimeSpan.FromHours(hours));

        var seen = await station.ScrapeAsync();
        var now = machine.Clock.GetUtcNow();
        Assert.Contains("sendgrid_exporter_state_last_save_timestamp_seconds", Times(seen).Keys);
        Assert.All(
            Times(seen).Where(static time => time.Key != ProcessStart), // that of the tests, not of the simulated machine
            time => Assert.InRange(time.Value, right.ToUnixTimeSeconds(), now.ToUnixTimeSeconds() + (IsAhead(time.Key) ? 60 : 1))
        );
        var told = AnyTime().Matches(await station.GetAsync("/api/v1/status"));
        Assert.NotEmpty(told);
        Assert.All(
            told,
            time => Assert.InRange(DateTimeOffset.Parse(time.Value, CultureInfo.InvariantCulture), right, now + Options.Interval)
        );
    }

    /// <summary>A wait that the API has named ends when it ends, and the probes of a refused account go on.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(-24)]
    [InlineData(87_600)]
    public async Task No_wait_grows_or_shrinks_because_the_clock_is_set_meanwhile(int hours)
    {
        var machine = new VirtualMachine();
        var sendGrid = await machine.SimulateAsync(WorldOptions.Demo());
        var account = sendGrid.World.Accounts[0];
        await using var station = await WeatherStation.StartAsync(
            machine,
            sendGrid,
            [WeatherStation.Poll(sendGrid, account, discover: false)]
        );
        var id = account.Automations[0].Id;
        foreach (var (trouble, minutes) in new[] { ("429-retry-after=1200", 26), ("401-bad-key", 11), ("502-html", 6) })
        {
            await station.UntilAsync("it is fresh", scrape => account.Automations.All(each => scrape.Of(each.Id).Up == 1));
            sendGrid.Behaviours.Add(trouble);
            await station.UntilAsync($"{trouble} is seen", scrape => scrape.Of(id).Up == 0);
            machine.Clock.SetTimeOfDay(TimeSpan.FromHours(hours));
            var set = machine.Clock.Elapsed;
            sendGrid.Behaviours.Clear();
            await station.UntilAsync(
                $"it is fresh again after {trouble}",
                scrape => account.Automations.All(each => scrape.Of(each.Id).Up == 1)
            );
            Assert.True(machine.Clock.Elapsed - set <= TimeSpan.FromMinutes(minutes), $"{trouble}: {machine.Clock.Elapsed - set}");
        }
    }

    /// <summary>When Single Sends were sent is told by SendGrid's clock.</summary>
    [Theory]
    [InlineData(-24)]
    [InlineData(87_600)]
    [InlineData(-87_600)]
    public async Task Single_Sends_go_on_being_polled_by_a_clock_that_is_wrong(int hours)
    {
        var machine = new VirtualMachine();
        var sendGrid = await machine.SimulateAsync(WorldOptions.Demo());
        sendGrid.Clock.Advance(TimeSpan.FromDays(7));
        var polled = WeatherStation.Poll(sendGrid, sendGrid.World.Accounts[0], discover: false) with
        {
            Automations = new AutomationsOptions { Discover = false },
            SingleSends = new SingleSendsOptions { Discover = true },
        };
        await using var station = await WeatherStation.StartAsync(machine, sendGrid, [polled]);
        var fresh = await station.UntilAsync("they are fresh", scrape => scrape.Family("sendgrid_singlesend_up").Count > 0);
        var sends = fresh.Family("sendgrid_singlesend_up").Count;

        machine.Clock.SetTimeOfDay(TimeSpan.FromHours(hours));

        var polls = fresh.Family("sendgrid_singlesend_polls_total").Values.Sum();
        var later = await station.UntilAsync(
            "they are polled on",
            scrape => scrape.Family("sendgrid_singlesend_polls_total").Values.Sum() >= polls + (3 * sends)
        );
        Assert.Equal(sends, later.Family("sendgrid_singlesend_up").Count);
    }

    /// <summary>The end of a period that still runs.</summary>
    private static bool IsAhead(string series) => series.Contains("_reset_", StringComparison.Ordinal);

    private static string LastSuccess(string id) => $"sendgrid_automation_last_success_timestamp_seconds{{automation=\"{id}\"}}";

    private static void Equal(Dictionary<string, double> before, Dictionary<string, double> after)
    {
        Assert.Equal(before.Keys.Order(StringComparer.Ordinal), after.Keys.Order(StringComparer.Ordinal));
        Assert.All(
            before,
            time => Assert.True(Math.Abs(time.Value - after[time.Key]) <= 1, $"{time.Key}: {time.Value} s ago, and now {after[time.Key]}")
        );
    }

    /// <summary>
    /// The age in seconds of every time on the page, 0 is never. Whatever is named so is a moment of this run. One time of the program is
    /// none: the end of a certificate is what the certificate says (and without TLS not there).
    /// </summary>
    private static Dictionary<string, double> Ages(Scrape scrape, VirtualMachine machine) =>
        Times(scrape)
            .ToDictionary(
                time => time.Key,
                time => (machine.Clock.GetUtcNow().ToUnixTimeMilliseconds() / 1000d) - time.Value,
                StringComparer.Ordinal
            );

    private static Dictionary<string, double> Times(Scrape scrape) =>
        scrape
            .Series.Where(static series =>
                series == ProcessStart || series.Split('{')[0].EndsWith("_timestamp_seconds", StringComparison.Ordinal)
            )
            .ToDictionary(series => series, scrape.Value, StringComparer.Ordinal)
            .Where(static time => time.Value > 0)
            .ToDictionary(StringComparer.Ordinal);

    [GeneratedRegex(@"\d{4}-\d\d-\d\dT[^""]+", RegexOptions.None, 1000)]
    private static partial Regex AnyTime();
}
