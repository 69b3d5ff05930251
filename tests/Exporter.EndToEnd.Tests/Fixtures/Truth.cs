using Simulator;

namespace Exporter.EndToEnd.Fixtures;

/// <summary>What a metrics reader must see of a simulated world at a moment, said with the names and labels of METRICS.md.</summary>
/// <param name="World">What really happened.</param>
/// <param name="At">The moment, on the world's clock.</param>
/// <param name="WithAccounts">Whether accounts are named.</param>
/// <param name="WithNames">Whether automations are named in the configuration; otherwise their ids are the label.</param>
internal sealed record Truth(World World, DateTimeOffset At, bool WithAccounts, bool WithNames)
{
    /// <summary>The rows of each automation; a large world takes long to tell them.</summary>
    private readonly Dictionary<(string Automation, DateTimeOffset At), IReadOnlyList<LinkTotal>> _links = [];

    private IEnumerable<(SimulatedAccount Account, SimulatedAutomation Automation)> Automations =>
        World.Accounts.SelectMany(account => account.Automations, static (account, automation) => (account, automation));

    /// <summary>Rows at one place are one series: an edited email leaves a row for each of its URLs.</summary>
    public IEnumerable<Sample> LinkClicks() =>
        from each in Automations
        from link in Links(each.Automation).GroupBy(row => (row.StepId, row.Location))
        select Of(
            each,
            "sendgrid_automation_link_clicks",
            link.Sum(row => row.Clicks),
            ("step_id", link.Key.StepId),
            ("url_location", $"{link.Key.Location}")
        );

    public IEnumerable<Sample> LinkInfos(Func<string, string> shown) =>
        from each in Automations
        from row in Links(each.Automation)
        select Of(
            each,
            "sendgrid_automation_link_info",
            1,
            ("step_id", row.StepId),
            ("url_location", $"{row.Location}"),
            ("url", shown(row.Url))
        );

    /// <summary>Every link that has a row is present.</summary>
    public IEnumerable<Sample> PresentLinks() =>
        LinkClicks().Select(link => new Sample("sendgrid_automation_link_present", link.Labels, 1));

    public IEnumerable<Sample> LinkCounts() =>
        from each in Automations
        select Of(each, "sendgrid_automation_links", Links(each.Automation).DistinctBy(row => (row.StepId, row.Location)).Count());

    /// <summary>Every automation is up.</summary>
    public IEnumerable<Sample> Up() => from each in Automations select Of(each, "sendgrid_automation_up", 1);

    public IEnumerable<Sample> ReportedClicks() =>
        from each in Automations
        select Of(each, "sendgrid_automation_reported_clicks", Links(each.Automation).Sum(row => row.Clicks));

    public IEnumerable<Sample> StepStatistics() =>
        from each in Automations
        from step in World.StepTotals(each.Automation.Id, At)
        from number in step.Stats.ByName
        select Of(each, $"sendgrid_automation_step_{number.Key}", number.Value, ("step_id", step.StepId));

    /// <summary>What each step's numbers gained on each of some days, as one text with spaces between.</summary>
    public IEnumerable<(Sample Series, string Days)> StepDays(IReadOnlyList<DateOnly> days) =>
        from each in Automations
        let told = days.Select(day =>
                World
                    .StepDays(each.Automation.Id, day, day, TimeZoneInfo.Utc, At)
                    .ToDictionary(step => step.StepId, step => step.Stats.ByName, StringComparer.Ordinal)
            )
            .ToList()
        from step in World.StepTotals(each.Automation.Id, At)
        from number in step.Stats.ByName
        select (
            Of(each, $"sendgrid_automation_step_{number.Key}", number.Value, ("step_id", step.StepId)),
            string.Join(
                ' ',
                told.Select(day =>
                    day.TryGetValue(step.StepId, out var numbers) ? numbers.First(other => other.Key == number.Key).Value : 0
                )
            )
        );

    /// <summary>The id behind each automation, with the name that the undocumented list tells when it is asked.</summary>
    public IEnumerable<Sample> AutomationInfos() =>
        from each in Automations
        select WithNames
            ? Of(each, "sendgrid_automation_info", 1, ("automation_id", each.Automation.Id), ("name", each.Automation.Name))
            : Of(each, "sendgrid_automation_info", 1, ("automation_id", each.Automation.Id));

    public IEnumerable<Sample> StepInfos() =>
        from each in Automations
        from step in each.Automation.Steps
        select Of(each, "sendgrid_automation_step_info", 1, ("step_id", step.Id), ("step", step.Name));

    /// <summary>Single Sends are discovered, so their ids are the label.</summary>
    public IEnumerable<Sample> SingleSends() =>
        from account in World.Accounts
        from send in account.SingleSends
        from sample in (Sample[])
            [
                Of(account, send, "info", 1, ("singlesend_id", send.Id), ("name", send.Name), ("status", "triggered")),
                .. World
                    .SingleSendLinkTotals(send.Id, At)
                    .GroupBy(row => (row.Variation, row.Phase, row.Location))
                    .Select(link =>
                        Of(
                            account,
                            send,
                            "link_clicks",
                            link.Sum(row => row.Clicks),
                            ("ab_variation", link.Key.Variation),
                            ("ab_phase", link.Key.Phase),
                            ("url_location", $"{link.Key.Location}")
                        )
                    ),
                .. World
                    .SingleSendLinkTotals(send.Id, At)
                    .Select(row =>
                        Of(
                            account,
                            send,
                            "link_info",
                            1,
                            ("ab_variation", row.Variation),
                            ("ab_phase", row.Phase),
                            ("url_location", $"{row.Location}"),
                            ("url", row.Url)
                        )
                    ),
                .. World
                    .SingleSendTotals(send.Id, At)
                    .SelectMany(total =>
                        total.Stats.ByName.Select(number =>
                            Of(account, send, number.Key, number.Value, ("ab_variation", total.Variation), ("ab_phase", total.Phase))
                        )
                    ),
            ]
        select sample;

    /// <summary>The families that <see cref="SingleSends"/> tells, for a query.</summary>
    public static string SingleSendNames =>
        $"sendgrid_singlesend_(info|link_clicks|link_info|{string.Join('|', Statistics.None.ByName.Select(number => number.Key))})";

    /// <summary>The names of the twelve numbers, for a query.</summary>
    public static string StepStatisticNames =>
        $"sendgrid_automation_step_({string.Join('|', Statistics.None.ByName.Select(number => number.Key))})";

    private IReadOnlyList<LinkTotal> Links(SimulatedAutomation automation) =>
        _links.TryGetValue((automation.Id, At), out var known) ? known : _links[(automation.Id, At)] = World.LinkTotals(automation.Id, At);

    private Sample Of(
        SimulatedAccount account,
        SimulatedSingleSend send,
        string name,
        double value,
        params (string Label, string Value)[] labels
    )
    {
        var all = labels.ToDictionary(label => label.Label, label => label.Value, StringComparer.Ordinal);
        all["singlesend"] = send.Id;
        if (WithAccounts)
        {
            all["account"] = account.Name;
        }

        return new($"sendgrid_singlesend_{name}", all, value);
    }

    private Sample Of(
        (SimulatedAccount Account, SimulatedAutomation Automation) of,
        string name,
        double value,
        params (string Label, string Value)[] labels
    )
    {
        var all = labels.ToDictionary(label => label.Label, label => label.Value, StringComparer.Ordinal);
        all["automation"] = WithNames ? of.Automation.Name : of.Automation.Id;
        if (WithAccounts)
        {
            all["account"] = of.Account.Name;
        }

        return new(name, all, value);
    }
}
