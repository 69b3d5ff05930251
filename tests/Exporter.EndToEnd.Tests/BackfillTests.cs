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
    public async Task Days_go_through_promtool_into_Prometheus_as_they_were_and_live_scraping_goes_on_without_a_step()
    {
        await using var sendGrid = await StillSendGrid.StartAsync(WorldOptions.Several());
        var arguments = Configured.ByFile(_directory, sendGrid);
        await using var exporter = await ExporterProcess.StartAsync(_directory, arguments);
        var today = DateOnly.FromDateTime(sendGrid.Clock.Now.UtcDateTime);
        var first = today.AddDays(-5);

        // Twice, two days of it: an overlap does no harm.
        await BackfillAsync(exporter, [.. arguments, $"--from={first:yyyy-MM-dd}"]);
        await BackfillAsync(exporter, [.. arguments, $"--from={today.AddDays(-2):yyyy-MM-dd}"]);

        await using var prometheus = await PrometheusServer.StartAsync(_directory, exporter.Address);
        var truth = new Truth(sendGrid.World, sendGrid.Clock.Now, WithAccounts: true, WithNames: true);
        await Eventually.EqualAsync(truth.StepStatistics(), () => prometheus.QueryAsync($"{{__name__=~\"{Truth.StepStatisticNames}\"}}"));
        var days = Enumerable.Range(0, 5).Select(first.AddDays).ToList();
        var midnights = (await prometheus.QueryRangeAsync($"{{__name__=~\"{Truth.StepStatisticNames}\"}}", Midnight(first), Midnight(today), 86_400))
            .ToDictionary(series => series.Series.Id, series => days.Append(today).Select(day => series.Values[Midnight(day) * 1000]).ToList(), StringComparer.Ordinal);
        Assert.Equal(
            truth.StepDays(days).Select(step => (step.Series.Id, step.Days)).OrderBy(step => step.Id, StringComparer.Ordinal),
            midnights.Select(series => (series.Key, string.Join(' ', series.Value.Zip(series.Value.Skip(1), (begin, end) => end - begin)))).OrderBy(step => step.Key, StringComparer.Ordinal));

        // One series from the first day to now, and what is scraped lies above the last midnight by what today has brought.
        var seconds = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var whole = await prometheus.QueryRangeAsync("sendgrid_automation_step_clicks", Midnight(first), seconds, 3600);
        Assert.Equal(truth.StepStatistics().Count(sample => sample.Name == "sendgrid_automation_step_clicks"), whole.Count);
        Assert.All(whole, series =>
        {
            Assert.Equal(((seconds - Midnight(first)) / 3600) + 1, series.Values.Count);
            Assert.Equal(series.Values.Values.Order(), series.Values.OrderBy(value => value.Key).Select(value => value.Value));
        });
        var clicksOfToday = truth.StepDays([today])
            .Where(step => step.Series.Name == "sendgrid_automation_step_clicks")
            .Sum(step => double.Parse(step.Days, CultureInfo.InvariantCulture));
        await Eventually.GetAsync(
            () => prometheus.QueryAsync($"sendgrid_automation_step_clicks - sendgrid_automation_step_clicks @ {Midnight(today)}"),
            steps => steps.Sum(step => step.Value).Equals(clicksOfToday));
    }

    [Fact]
    public async Task With_the_past_recorded_the_shipped_rules_tell_on_the_first_day_which_automation_has_stopped()
    {
        await using var sendGrid = await StillSendGrid.StartAsync(WorldOptions.Sized(automations: 2, steps: 1, linksPerStep: 2) with
        {
            History = TimeSpan.FromDays(42),
            Events = accounts => [new DeliveriesChanged(TimeProvider.System.GetUtcNow().AddDays(-1.5), accounts[0].Automations[0].Id, StepId: null, Factor: 0)],
        });
        var arguments = Configured.ByFile(_directory, sendGrid);
        await using var exporter = await ExporterProcess.StartAsync(_directory, arguments);
        await BackfillAsync(exporter, arguments);
        await RecordAsync(exporter, "sendgrid.yml");

        await using var prometheus = await StartWithShippedRulesAsync(exporter);
        await Eventually.GetAsync(
            async () => string.Join(", ", (await prometheus.QueryAsync("ALERTS{alertstate=\"firing\",alertname=~\"SendGrid.*(Stalled|Low|Stopped)\"}"))
                .Select(alert => $"{alert["alertname"]} of {alert.Labels.GetValueOrDefault("automation")}").Distinct().Order(StringComparer.Ordinal)),
            firing => firing == "SendGridAutomationStalled of automation-1, SendGridStepDeliveriesStalled of automation-1");
    }

    /// <summary>A month of the saved state cannot be waited for, so the past is written as <c>backfill --source=store</c> writes it.</summary>
    [Fact]
    public async Task With_what_the_exporter_saw_recorded_the_shipped_rules_tell_on_the_first_day_which_link_is_dead()
    {
        Tool.Require("promtool");
        var now = TimeProvider.System.GetUtcNow();
        await using var sendGrid = await StillSendGrid.StartAsync(WorldOptions.Sized(automations: 2, steps: 1, linksPerStep: 4) with
        {
            History = TimeSpan.FromDays(42),
            Events = accounts => [new LinkRateChanged(now.AddDays(-1.5), accounts[0].Automations[0].Id, StepId: null, Location: 2, Factor: 0)],
        });
        await using var exporter = await ExporterProcess.StartAsync(_directory, Configured.ByFile(_directory, sendGrid));

        // Polled each quarter of an hour, scraped each five minutes.
        var polls = Enumerable.Range(0, 31 * 96).Select(number => sendGrid.Clock.Now.AddDays(-31).AddMinutes(15 * number));
        var samples = polls.SelectMany(at => new Truth(sendGrid.World, at, WithAccounts: true, WithNames: true).LinkClicks()
                .SelectMany(sample => Enumerable.Range(0, 3).Select(scrape => (sample.Labels, sample.Value, At: at.AddMinutes(5 * scrape)))))
            .GroupBy(sample => string.Join(',', sample.Labels.Select(label => $"{label.Key}=\"{label.Value}\"")), StringComparer.Ordinal);
        var lines = samples.SelectMany(series => series.Select(sample =>
            $"sendgrid_automation_link_clicks{{{series.Key},job=\"sendgrid-exporter\",instance=\"{exporter.Address.Authority}\"}} {sample.Value} {sample.At.ToUnixTimeSeconds()}"));
        var file = _directory.Write("past.om", string.Join('\n', ["# TYPE sendgrid_automation_link_clicks gauge", .. lines, "# EOF\n"]));
        await RunAsync("promtool", "tsdb", "create-blocks-from", "--max-block-duration=9999h", "openmetrics", file, Path.Combine(_directory.Path, "tsdb"));
        await RecordAsync(exporter, "store.yml");

        await using var prometheus = await StartWithShippedRulesAsync(exporter);
        await Eventually.GetAsync(
            async () => string.Join(", ", (await prometheus.QueryAsync("ALERTS{alertstate=\"firing\",alertname=~\"SendGridLink.*\"}"))
                .Select(alert => $"{alert["alertname"]} of {alert["automation"]} {alert["url_location"]}").Order(StringComparer.Ordinal)),
            firing => firing.Contains("SendGridLinkClicksStopped of automation-1 2", StringComparison.Ordinal) && !firing.Contains("automation-2", StringComparison.Ordinal));
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
        var (arguments, file) = (Configured.ByFile(_directory, sendGrid, requestsPerSecond: Rate), Path.Combine(_directory.Path, "past.om"));
        string[] command = ["backfill", .. arguments, $"--output={file}", "--every=1d"];

        // The last automation is never answered, so the run cannot end before it is killed.
        var rule = sendGrid.Behaviours.Add($"hang@automation={sendGrid.World.Accounts[0].Automations[^1].Id}");
        var begun = TimeProvider.System.GetUtcNow();
        await using (var killed = ChildProcess.Start(ExporterProcess.File, command, _directory.Path))
        {
            await Eventually.TrueAsync(async () => File.Exists(file + ".part") && (await File.ReadAllLinesAsync(file + ".part", TestContext.Current.CancellationToken)).Length > 4);
        }

        sendGrid.Behaviours.Remove(rule);
        Assert.False(File.Exists(file));
        var done = (await File.ReadAllTextAsync(file + ".part", TestContext.Current.CancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries)[1..^1];
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
            (await File.ReadAllLinesAsync(file, TestContext.Current.CancellationToken)).Select(line => AutomationLabel().Match(line).Groups["name"].Value).Where(name => name.Length > 0).Distinct().Order(StringComparer.Ordinal));

        // No machine is too slow for this: a request is sent no earlier than its turn, but for 5 ms that a late timer is caught up.
        static void AssertRate(DateTimeOffset begun, IReadOnlyCollection<LoggedRequest> requests) =>
            Assert.True(requests.Max(request => request.Time) - begun >= (requests.Count - 1) * TimeSpan.FromSeconds((1d / Rate) - 0.005));
    }

    [Fact]
    public async Task On_a_terminal_a_bar_shows_how_far_it_is_and_elsewhere_there_are_lines()
    {
        Tool.Require("script");
        string[] command = ["backfill", "--demo", "--every=1d", $"--output={Path.Combine(_directory.Path, "past.om")}"];
        await using var terminal = ChildProcess.Start(
            "script", ["--quiet", "--return", "--command", $"stty cols 100; {ExporterProcess.File} {string.Join(' ', command)}", "/dev/null"], _directory.Path, new Dictionary<string, string> { ["TERM"] = "xterm-256color" });
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
        var (code, output, error) = await ExporterProcess.RunAsync(
            ["backfill", "--demo", "--every=1d", "--label=instance=other:1", "--label", "cluster=eu", "--label=job="]);

        Assert.True(code == 0, error);
        Assert.All(
            output.Split('\n').Where(static line => line.Length > 0 && line[0] != '#'),
            static line => Assert.Contains(",cluster=\"eu\",instance=\"other:1\"}", line, StringComparison.Ordinal));
        Assert.DoesNotContain("job=", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_saved_state_is_a_source_too()
    {
        await using var sendGrid = await StillSendGrid.StartAsync(WorldOptions.Several());
        var arguments = Configured.ByFile(_directory, sendGrid);
        var data = Path.Combine(_directory.Path, "data");
        var truth = new Truth(sendGrid.World, sendGrid.Clock.Now, WithAccounts: true, WithNames: true);
        await using (var exporter = await ExporterProcess.StartAsync(_directory, arguments))
        {
            await Eventually.TrueAsync(async () => (await exporter.ScrapeAsync())["sendgrid_automation_link_clicks"].Count() == truth.LinkClicks().Count());
            await exporter.StopAsync();
        }

        var (code, output, error) = await ExporterProcess.RunAsync(["backfill", .. arguments, "--source=store", $"--storage.path={data}"]);

        Assert.True(code == 0, error);
        Assert.Equal(truth.LinkClicks().Count(), output.Split('\n').Count(static line => line.StartsWith("sendgrid_automation_link_clicks{", StringComparison.Ordinal)));
        Assert.EndsWith("# EOF\n", output, StringComparison.Ordinal);
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

    private async Task BackfillAsync(ExporterProcess exporter, IEnumerable<string> arguments)
    {
        Tool.Require("promtool");
        var file = Path.Combine(_directory.Path, "past.om");
        var (code, output, error) = await ExporterProcess.RunAsync(["backfill", .. arguments, $"--label=instance={exporter.Address.Authority}", $"--output={file}"]);
        Assert.True(code == 0, error);
        Assert.Empty(output);
        Assert.False(File.Exists(file + ".part"));
        await RunAsync("promtool", "tsdb", "create-blocks-from", "--max-block-duration=9999h", "openmetrics", file, Path.Combine(_directory.Path, "tsdb"));
    }

    /// <summary>What the guide beside the rules of the past says to do, at a Prometheus that has the samples.</summary>
    private async Task RecordAsync(ExporterProcess exporter, string rules)
    {
        var now = TimeProvider.System.GetUtcNow();
        await using var prometheus = await PrometheusServer.StartAsync(_directory, exporter.Address);
        await RunAsync(
            "promtool", "tsdb", "create-blocks-from", "--max-block-duration=9999h", "rules", $"--url={prometheus.Address}", $"--start={now.AddDays(-30).ToUnixTimeSeconds()}",
            $"--end={now.ToUnixTimeSeconds()}", "--eval-interval=5m", $"--output-dir={Path.Combine(_directory.Path, "tsdb")}", Repository($"deploy/prometheus/backfill/{rules}"));
    }

    /// <summary>
    /// The rules as they are, but for how often they are looked at and how long an alert waits: a test cannot wait for ten minutes. They
    /// are loaded when the scrapes have begun, first those that tell what is fresh: a tenth of the evaluations without it mutes the others.
    /// </summary>
    private async Task<PrometheusServer> StartWithShippedRulesAsync(ExporterProcess exporter)
    {
        var prometheus = await PrometheusServer.StartAsync(_directory, exporter.Address, rules: $"{_directory.Path}/rules-*.yml");
        await LoadAsync("freshness");
        await Eventually.TrueAsync(async () => (await prometheus.QueryAsync("sendgrid:automation:fresh")).Count > 0);
        await LoadAsync("*");
        return prometheus;

        async Task LoadAsync(string rules)
        {
            foreach (var file in Directory.GetFiles(Repository("deploy/prometheus/rules"), $"{rules}.yml"))
            {
                _directory.Write(
                    $"rules-{Path.GetFileName(file)}",
                    Interval().Replace(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken), "${key}: 1s"));
            }

            prometheus.Reload();
        }
    }

    private async Task RunAsync(string file, params string[] arguments)
    {
        await using var process = ChildProcess.Start(file, arguments, _directory.Path);
        Assert.True(await process.ExitCodeAsync() == 0, process.Error + process.Output);
    }

    private static string Repository(string path) => Path.GetFullPath(Path.Combine(ExporterProcess.Repository, path));

    private static long Midnight(DateOnly day) => new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero).ToUnixTimeSeconds();

    [GeneratedRegex("automation=\"(?<name>[^\"]+)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex AutomationLabel();

    [GeneratedRegex(@"\b(?<key>interval|for): \d+[smh]$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Interval();
}
