using System.Globalization;
using System.Text.RegularExpressions;
using Exporter.Backtest;
using Exporter.Polling;
using Exporter.Tests.VirtualTime;
using Exporter.Tests.Weather;
using Simulator;

namespace Exporter.Tests.Dashboards;

/// <summary>
/// Some weeks of the demo's shop, with a bit of everything that the dashboards are there to show: a dead link, a halved one, one that was
/// taken out, a new one, corrections, two Single Sends, an hour in which the API did not answer.
/// </summary>
/// <remarks>
/// What is exported, under which name and with which labels, is taken from a page of the running program, scraped at the end of the time.
/// Its clicks and deliveries are those of the same simulated world at any earlier time; everything else is played back from that one page.
/// </remarks>
internal sealed partial class SimulatedMonth
{
    public static readonly DateTimeOffset Start = Trial.Start;

    public static readonly DateTimeOffset End = Start.AddDays(33).AddHours(16);

    /// <summary>From when on there is more than the rules need: a week that is looked at, and the day before it.</summary>
    public static readonly DateTimeOffset Recent = End.AddDays(-8);

    /// <summary>The name of the automation whose link is dead.</summary>
    public const string WithTheDeadLink = "welcome-series";

    private const int StepSeconds = 300;

    private static readonly (DateTimeOffset From, DateTimeOffset Until) Outage = (End.AddHours(-53), End.AddHours(-52.1));

    private readonly World _world;
    private readonly IReadOnlyList<SimulatedAutomation> _automations;
    private readonly SentOnce _sent;
    private readonly IReadOnlyDictionary<string, string> _page;
    private readonly string _target;
    private readonly string _account;
    private readonly double _polls;

    private SimulatedMonth(World world, IReadOnlyList<SimulatedAutomation> automations, string? account, string page)
    {
        (_world, _automations, Account, Page, _page) = (world, automations, account, page, PrometheusText.Parse(page).Series);
        _account = account is null ? "" : $"account=\"{account}\",";
        _sent = new SentOnce(world, _account);
        _target = "job=\"sendgrid-exporter\",instance=\"exporter:10324\"";
        _polls = _page
            .Where(static sample => sample.Key.StartsWith("sendgrid_automation_polls_total", StringComparison.Ordinal))
            .Max(static sample => Number(sample.Value));
    }

    /// <summary>The page that the program showed at the end.</summary>
    public string Page { get; }

    /// <summary>The label <c>account</c>, if there is one.</summary>
    public string? Account { get; }

    /// <param name="automations">How many of the demo's six automations are polled.</param>
    /// <param name="account">The label <c>account</c>, when there is to be one.</param>
    public static async Task<SimulatedMonth> PlayAsync(int automations, string? account)
    {
        var change = TimeSpan.FromHours(7);
        var machine = new VirtualMachine(End - change);
        var sendGrid = await machine.SimulateAsync(
            WorldOptions.Demo(seed: 3, TimeSpan.Zero) with
            {
                Start = Start,
                CorrectionsPerLinkWeek = 0.2,
                Events = Happenings,
            },
            rateLimit: 600
        );
        var chosen = sendGrid.World.Accounts[0].Automations.Take(automations).ToList();
        await using var station = await WeatherStation.StartAsync(machine, sendGrid, [Poll(sendGrid, chosen, account)]);

        await station.UntilAsync(
            "all automations were polled",
            scrape => chosen.TrueForAll(automation => scrape.Of(automation.Name, account).Up == 1)
        );
        var trouble = sendGrid.Behaviours.Add("status=503@endpoint=automation_links");
        await station.UntilAsync("polls fail", scrape => scrape.Of(chosen[0].Name, account).Failures["unavailable"] > 0);
        sendGrid.Behaviours.Remove(trouble);
        sendGrid.Clock.Advance(change);
        var page = await station.UntilAsync(
            "a link has vanished",
            scrape =>
                scrape.Family("sendgrid_automation_link_present").ContainsValue(0)
                && chosen.TrueForAll(automation => scrape.Of(automation.Name, account).Up == 1)
                && scrape.Family("sendgrid_singlesend_delivered").Count > 0
        );
        return new(sendGrid.World, chosen, account, page.Text);
    }

    /// <summary>What the rules look back on for weeks.</summary>
    public void WriteHistory(MatrixWriter output) => Write(output, Start, WriteWorld);

    /// <summary>The rest of the page, for the days that are looked at.</summary>
    public void WriteRecent(MatrixWriter output) => Write(output, Recent, WritePage);

    private static IEnumerable<WorldEvent> Happenings(IReadOnlyList<SimulatedAccount> accounts)
    {
        var welcome = accounts[0].Automations[0];
        var (first, tour, tips) = (welcome.Steps[0].Id, welcome.Steps[1].Id, welcome.Steps[2].Id);
        yield return new LinkRateChanged(End.AddHours(-21), welcome.Id, first, Location: 1, Factor: 0);
        yield return new LinkRateChanged(End.AddDays(-4), welcome.Id, tips, Location: 1, Factor: 0.5);
        yield return new LinkRemoved(End.AddHours(-3), welcome.Id, tour, Location: 3);
        yield return new LinkAdded(End.AddDays(-3), welcome.Id, tips, Location: 5, "https://shop.example/new", ClicksPerHour: 30);
        yield return new ClicksCorrected(End.AddDays(-1.5), welcome.Id, first, Location: 0, Share: 0.4, TimeSpan.FromHours(1));
    }

    private static AccountOptions Poll(SimulatedSendGrid sendGrid, IEnumerable<SimulatedAutomation> automations, string? account) =>
        new()
        {
            Api = WeatherStation.Reach(sendGrid, sendGrid.World.Accounts[0]) with { Name = account },
            Automations = new AutomationsOptions
            {
                Exclude = [.. sendGrid.World.Accounts[0].Automations.Except(automations).Select(automation => automation.Id)],
                List =
                [
                    .. automations.Select(automation => new ConfiguredAutomation
                    {
                        Id = automation.Id,
                        Name = automation.Name,
                        Steps = [.. automation.Steps.Select(step => new ConfiguredStep { Id = step.Id, Name = step.Name })],
                    }),
                ],
            },
            SingleSends = new SingleSendsOptions
            {
                List =
                [
                    .. sendGrid.World.Accounts[0].SingleSends.Select(send => new ConfiguredSingleSend { Id = send.Id, Name = send.Name }),
                ],
            },
        };

    private static void Write(MatrixWriter output, DateTimeOffset from, Action<MatrixWriter, DateTimeOffset> writeAt)
    {
        for (var at = from; at <= End; at = at.AddSeconds(StepSeconds))
        {
            writeAt(output, at);
        }
    }

    private void WriteWorld(MatrixWriter output, DateTimeOffset at)
    {
        foreach (var automation in _automations)
        {
            var polled = Polled(automation.Name, at);
            var (labels, time) = ($"{{{_target},{_account}automation=\"{automation.Name}\"", at.ToUnixTimeSeconds());
            output.Line($"sendgrid_automation_last_success_timestamp_seconds{labels}}} {polled.ToUnixTimeSeconds()} {time}\n");
            output.Line($"sendgrid_automation_poll_interval_seconds{labels}}} {StepSeconds} {time}\n");
            foreach (var row in _world.LinkTotals(automation.Id, polled).GroupBy(row => (row.StepId, row.Location)))
            {
                output.Line(
                    $"sendgrid_automation_link_clicks{labels},step_id=\"{row.Key.StepId}\",url_location=\"{row.Key.Location}\"}} "
                        + $"{row.Sum(r => r.Clicks)} {time}\n"
                );
            }

            foreach (var (step, stats) in _world.StepTotals(automation.Id, polled).Select(total => (total.StepId, total.Stats)))
            {
                output.Line($"sendgrid_automation_step_delivered{labels},step_id=\"{step}\"}} {stats.Delivered} {time}\n");
                output.Line($"sendgrid_automation_step_opens{labels},step_id=\"{step}\"}} {stats.Opens} {time}\n");
            }
        }
    }

    private void WritePage(MatrixWriter output, DateTimeOffset at)
    {
        var time = at.ToUnixTimeSeconds();
        var sent = _sent.At(at);
        var rows = _automations.ToDictionary(
            automation => automation.Name,
            automation =>
                _world.LinkTotals(automation.Id, Polled(automation.Name, at)).Select(row => (row.StepId, $"{row.Location}")).ToHashSet(),
            StringComparer.Ordinal
        );
        foreach (var (series, text) in _page)
        {
            var sample = Series().Match(series);
            var (name, labels) = (sample.Groups["name"].Value, sample.Groups["labels"].Value);
            var link = Link().Match(labels);
            var isThere = !link.Success || rows[Automation(labels)].Contains((link.Groups["step"].Value, link.Groups["location"].Value));
            var isGone = !isThere && name == "sendgrid_automation_link_present" && text == "0";
            if (WorldFamily().IsMatch(name) || (!isThere && !isGone) || (SentOnce.Tells(name) && !sent.ContainsKey(series)))
            {
                continue;
            }

            var value = name switch
            {
                "sendgrid_automation_link_present" => isThere ? 1 : 0,
                "sendgrid_automation_links" => rows[Automation(labels)].Count,
                "process_start_time_seconds" => Start.ToUnixTimeSeconds(),
                "sendgrid_automation_up" => IsDown(at) ? 0 : 1,
                _ when name.EndsWith("_timestamp_seconds", StringComparison.Ordinal) => Polled(Automation(labels), at).ToUnixTimeSeconds(),
                _ when Counter().IsMatch(name) => Number(text)
                    / _polls
                    * PollsUntil(at, IsTrouble().IsMatch(labels) ? Outage : (Recent, End)),
                _ => sent.TryGetValue(series, out var clicks) ? clicks : Number(text),
            };
            output.Line(
                $"{name}{{{_target}{(labels.Length > 0 ? "," : "")}{labels}}} {value.ToString(CultureInfo.InvariantCulture)} {time}\n"
            );
        }

        output.Line($"up{{{_target}}} 1 {time}\n");
        output.Line(
            $"scrape_duration_seconds{{{_target}}} {(0.003 + (time / StepSeconds % 7 / 2000d)).ToString(CultureInfo.InvariantCulture)} "
                + $"{time}\n"
        );
        output.Line($"scrape_samples_scraped{{{_target}}} {_page.Count} {time}\n");
    }

    /// <summary>The end of the last complete poll: every automation has its own moment in the five minutes.</summary>
    private static DateTimeOffset Polled(string automation, DateTimeOffset at) =>
        IsDown(at) ? Outage.From : at.AddSeconds(-(automation.Length * 17 % StepSeconds));

    private static bool IsDown(DateTimeOffset at) => Outage.From <= at && at < Outage.Until;

    /// <summary>Polls of a stretch of time, as far as they are over.</summary>
    private static double PollsUntil(DateTimeOffset at, (DateTimeOffset From, DateTimeOffset Until) stretch) =>
        at < stretch.From ? 0 : Math.Floor(((at < stretch.Until ? at : stretch.Until) - stretch.From).TotalSeconds / StepSeconds);

    private static string Automation(string labels) => AutomationLabel().Match(labels).Groups["automation"].Value;

    private static double Number(string text) =>
        text == "+Inf" ? double.PositiveInfinity : double.Parse(text, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^(?<name>[^{]+)(\{(?<labels>.*)\})?$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Series();

    [GeneratedRegex("step_id=\"(?<step>[^\"]*)\",url_location=\"(?<location>[^\"]*)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Link();

    [GeneratedRegex("automation=\"(?<automation>[^\"]*)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex AutomationLabel();

    /// <summary>What <see cref="WriteWorld"/> writes.</summary>
    [GeneratedRegex(
        "^sendgrid_automation_(link_clicks|last_success_timestamp_seconds|poll_interval_seconds|step_delivered|step_opens)$",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex WorldFamily();

    [GeneratedRegex("_(total|bucket|sum|count)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Counter();

    /// <summary>Counts only while the API does not answer.</summary>
    [GeneratedRegex("reason=|code=\"[^2]", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex IsTrouble();
}
