using System.Globalization;
using System.Text.RegularExpressions;
using Exporter.EndToEnd.Fixtures;
using Simulator;

namespace Exporter.EndToEnd;

/// <summary>The past, from SendGrid's days into a real Prometheus.</summary>
public sealed partial class BackfillTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Backfilled_days_reach_Prometheus_unchanged_and_live_scrapes_lie_above_them_by_what_came_since()
    {
        await using var sendGrid = await StillSendGrid.StartAsync(WorldOptions.Several());
        var arguments = Configured.ByFile(_directory, sendGrid);
        await using var exporter = await ExporterProcess.StartAsync(_directory, arguments);
        // In the first hours of today yesterday cannot be imported yet.
        var today = DateOnly.FromDateTime(sendGrid.Clock.Now.UtcDateTime);
        var end = today.AddDays(-1);
        var first = end.AddDays(-4);

        // Twice, the last day of it: an overlap does no harm.
        string[] until = [.. arguments, $"--to={end.AddDays(-1):yyyy-MM-dd}"];
        await Past.BackfillAsync(_directory, exporter, [.. until, $"--from={first:yyyy-MM-dd}"]);
        await Past.BackfillAsync(_directory, exporter, [.. until, $"--from={end.AddDays(-1):yyyy-MM-dd}"]);

        await using var prometheus = await PrometheusServer.StartAsync(_directory, exporter.Address);
        var truth = new Truth(sendGrid.World, sendGrid.Clock.Now, WithAccounts: true, WithNames: true);
        await Eventually.EqualAsync(truth.StepStatistics(), () => prometheus.QueryAsync($"{{__name__=~\"{Truth.StepStatisticNames}\"}}"));
        var days = Enumerable.Range(0, 4).Select(first.AddDays).ToList();
        var midnights = (
            await prometheus.QueryRangeAsync($"{{__name__=~\"{Truth.StepStatisticNames}\"}}", Midnight(first), Midnight(end), 86_400)
        ).ToDictionary(
            series => series.Series.Id,
            series => days.Append(end).Select(day => series.Values[Midnight(day) * 1000]).ToList(),
            StringComparer.Ordinal
        );
        Assert.Equal(
            truth.StepDays(days).Select(step => (step.Series.Id, step.Days)).OrderBy(step => step.Id, StringComparer.Ordinal),
            midnights
                .Select(series => (series.Key, string.Join(' ', series.Value.Zip(series.Value.Skip(1), (begin, end) => end - begin))))
                .OrderBy(step => step.Key, StringComparer.Ordinal)
        );

        // One series from the first day to the last, and what is scraped lies above it by what came since.
        var whole = await prometheus.QueryRangeAsync("sendgrid_automation_step_clicks", Midnight(first), Midnight(end), 3600);
        Assert.Equal(truth.StepStatistics().Count(sample => sample.Name == "sendgrid_automation_step_clicks"), whole.Count);
        Assert.All(
            whole,
            series =>
            {
                Assert.Equal((4 * 24) + 1, series.Values.Count);
                Assert.Equal(series.Values.Values.Order(), series.Values.OrderBy(value => value.Key).Select(value => value.Value));
            }
        );
        var clicksSince = truth
            .StepDays([end, today])
            .Where(step => step.Series.Name == "sendgrid_automation_step_clicks")
            .Sum(step => step.Days.Split(' ').Sum(day => double.Parse(day, CultureInfo.InvariantCulture)));
        await Eventually.GetAsync(
            () => prometheus.QueryAsync($"sendgrid_automation_step_clicks - sendgrid_automation_step_clicks @ {Midnight(end)}"),
            steps => steps.Sum(step => step.Value).Equals(clicksSince)
        );
    }

    [Fact]
    public async Task An_interrupted_run_is_resumed_where_it_stood()
    {
        await using var sendGrid = await StillSendGrid.StartAsync(WorldOptions.Sized(automations: 4, steps: 2, linksPerStep: 2));
        var (arguments, file) = (Configured.ByFile(_directory, sendGrid), Path.Combine(_directory.Path, "past.om"));
        var broken = sendGrid.World.Accounts[0].Automations[2].Id;
        var rule = sendGrid.Behaviours.Add($"200-html@automation={broken}");

        string[] command = ["backfill", .. arguments, $"--output={file}", "--every=1d"];
        var (code, _, error) = await ExporterProcess.RunAsync(command);
        Assert.True(code == 3, error);
        Assert.False(File.Exists(file));
        sendGrid.Behaviours.Remove(rule);
        var before = sendGrid.Requests.Count;
        (code, _, error) = await ExporterProcess.RunAsync(command);

        Assert.True(code == 0, error);
        Assert.Equal([broken], sendGrid.Requests.Snapshot().Skip(before).Select(request => request.Id).OfType<string>().Distinct());
        Assert.EndsWith("# EOF\n", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_killed_run_is_resumed_where_it_stood_and_both_keep_the_rate()
    {
        const int Rate = 20;
        await using var sendGrid = await StillSendGrid.StartAsync(WorldOptions.Sized(automations: 12, steps: 2, linksPerStep: 2));
        var (arguments, file) = (
            Configured.ByFile(_directory, sendGrid, requestsPerSecond: Rate),
            Path.Combine(_directory.Path, "past.om")
        );
        string[] command = ["backfill", .. arguments, $"--output={file}", "--every=1d"];

        // The last automation is never answered, so the run cannot end before it is killed.
        var rule = sendGrid.Behaviours.Add($"hang@automation={sendGrid.World.Accounts[0].Automations[^1].Id}");
        var begun = TimeProvider.System.GetUtcNow();
        await using (var killed = ChildProcess.Start(ExporterProcess.File, command, _directory.Path))
        {
            await Eventually.TrueAsync(async () =>
                File.Exists(file + ".part")
                && (await File.ReadAllLinesAsync(file + ".part", TestContext.Current.CancellationToken)).Length > 4
            );
        }

        sendGrid.Behaviours.Remove(rule);
        Assert.False(File.Exists(file));
        var done = (await File.ReadAllTextAsync(file + ".part", TestContext.Current.CancellationToken)).Split(
            '\n',
            StringSplitOptions.RemoveEmptyEntries
        )[1..^1];
        var first = sendGrid.Requests.Snapshot();
        AssertRate(begun, first);
        begun = TimeProvider.System.GetUtcNow();
        var (code, _, error) = await ExporterProcess.RunAsync(command);

        Assert.True(code == 0, error);
        var second = sendGrid.Requests.Snapshot().Skip(first.Count).ToList();
        var asked = second.Select(request => request.Id).OfType<string>().ToHashSet(StringComparer.Ordinal);
        Assert.InRange(asked.Count, 1, 12 - done.Length);
        Assert.DoesNotContain(asked, id => done.Any(line => line.Contains(id, StringComparison.Ordinal)));
        AssertRate(begun, second);
        Assert.Equal(
            sendGrid.World.Accounts[0].Automations.Select(automation => automation.Name).Order(StringComparer.Ordinal),
            (await File.ReadAllLinesAsync(file, TestContext.Current.CancellationToken))
                .Select(line => AutomationLabel().Match(line).Groups["name"].Value)
                .Where(name => name.Length > 0)
                .Distinct()
                .Order(StringComparer.Ordinal)
        );

        // No machine is too slow for this: a request is sent no earlier than its turn, but for 5 ms that a late timer is caught up.
        static void AssertRate(DateTimeOffset begun, IReadOnlyCollection<LoggedRequest> requests) =>
            Assert.True(requests.Max(request => request.Time) - begun >= (requests.Count - 1) * TimeSpan.FromSeconds((1d / Rate) - 0.005));
    }

    [Fact]
    public async Task On_a_terminal_a_bar_shows_how_far_it_is_and_elsewhere_there_are_lines()
    {
        new Tool("script").Require();
        string[] command = ["backfill", "--demo", "--every=1d", $"--output={Path.Combine(_directory.Path, "past.om")}"];
        await using var terminal = ChildProcess.Start(
            "script",
            ["--quiet", "--return", "--command", $"stty cols 100; {ExporterProcess.File} {string.Join(' ', command)}", "/dev/null"],
            _directory.Path,
            new Dictionary<string, string> { ["TERM"] = "xterm-256color" }
        );
        Assert.Equal(0, await terminal.ExitCodeAsync());
        var (code, _, lines) = await ExporterProcess.RunAsync(command);

        Assert.Contains("━", terminal.Output, StringComparison.Ordinal);
        Assert.Contains("100%", terminal.Output, StringComparison.Ordinal);
        Assert.Equal(0, code);
        Assert.Contains("automations: 6 of 6, ", lines, StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b", lines, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_labels_of_a_scrape_can_be_said()
    {
        var (code, output, error) = await ExporterProcess.RunAsync([
            "backfill",
            "--demo",
            "--every=1d",
            "--label=instance=other:1",
            "--label",
            "cluster=eu",
            "--label=job=",
        ]);

        Assert.True(code == 0, error);
        Assert.All(
            output.Split('\n').Where(static line => line.Length > 0 && line[0] != '#'),
            static line => Assert.Contains(",cluster=\"eu\",instance=\"other:1\"}", line, StringComparison.Ordinal)
        );
        Assert.DoesNotContain("job=", output, StringComparison.Ordinal);
    }

    /// <summary>A Prometheus has it in memory, and would lose that to a block.</summary>
    [Fact]
    public async Task What_was_seen_just_now_is_not_written_and_that_is_said()
    {
        await using var sendGrid = await StillSendGrid.StartAsync(WorldOptions.Several());
        var arguments = Configured.ByFile(_directory, sendGrid);
        var data = Path.Combine(_directory.Path, "data");
        await using (var exporter = await ExporterProcess.StartAsync(_directory, arguments))
        {
            await Eventually.TrueAsync(async () => (await exporter.ScrapeAsync())["sendgrid_automation_link_clicks"].Any());
            await exporter.StopAsync();
        }

        var (code, output, error) = await ExporterProcess.RunAsync(["backfill", .. arguments, "--source=store", $"--storage.path={data}"]);

        Assert.Equal((3, "# EOF\n"), (code, output));
        Assert.Contains("The samples end at ", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, "--from=yesterday")]
    [InlineData(2, "--from=2026-02-01", "--to=2026-01-01")]
    [InlineData(2, "--source=memory")]
    [InlineData(2, "--every=often")]
    [InlineData(2, "--every=0s")]
    [InlineData(2, "--every=4000000d")]
    [InlineData(2, "--automations=,")]
    [InlineData(2, "--output=/")]
    [InlineData(2, "--label=automation=x")]
    [InlineData(2, "--label=instance")]
    [InlineData(3, "--automations=nobody")]
    [InlineData(3, "--source=store", "--storage.path=nowhere")]
    [InlineData(0, "--automations=welcome-series", "--from=2020-01-01", "--every=1d")]
    public async Task The_exit_code_says_how_it_went(int expected, params string[] arguments)
    {
        var (code, _, error) = await ExporterProcess.RunAsync(["backfill", "--demo", .. arguments]);

        Assert.True(expected == code, $"{code}: {error}");
    }

    private static long Midnight(DateOnly day) => new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero).ToUnixTimeSeconds();

    [GeneratedRegex("automation=\"(?<name>[^\"]+)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex AutomationLabel();
}
