using Simulator;

namespace Exporter.EndToEnd.Fixtures;

/// <summary>What a metrics reader must see of a simulated world at a moment, said with the contract's names and labels.</summary>
/// <param name="World">What really happened.</param>
/// <param name="At">The moment, on the world's clock.</param>
/// <param name="WithAccounts">Whether accounts are named.</param>
/// <param name="WithNames">Whether automations are named in the configuration; otherwise their ids are the label.</param>
internal sealed record Truth(World World, DateTimeOffset At, bool WithAccounts, bool WithNames)
{
    private IEnumerable<(SimulatedAccount Account, SimulatedAutomation Automation)> Automations =>
        World.Accounts.SelectMany(account => account.Automations, static (account, automation) => (account, automation));

    /// <summary>Rows at one place are one series: an edited email leaves a row for each of its URLs.</summary>
    public IEnumerable<Sample> LinkClicks() =>
        from each in Automations
        from link in World.LinkTotals(each.Automation.Id, At).GroupBy(row => (row.StepId, row.Location))
        select Of(each, "sendgrid_automation_link_clicks", link.Sum(row => row.Clicks), ("step_id", link.Key.StepId), ("url_location", $"{link.Key.Location}"));

    public IEnumerable<Sample> LinkInfos(Func<string, string> shown) =>
        from each in Automations
        from row in World.LinkTotals(each.Automation.Id, At)
        select Of(each, "sendgrid_automation_link_info", 1, ("step_id", row.StepId), ("url_location", $"{row.Location}"), ("url", shown(row.Url)));

    public IEnumerable<Sample> ReportedClicks() =>
        from each in Automations
        select Of(each, "sendgrid_automation_reported_clicks", World.LinkTotals(each.Automation.Id, At).Sum(row => row.Clicks));

    public IEnumerable<Sample> StepStatistics() =>
        from each in Automations
        from step in World.StepTotals(each.Automation.Id, At)
        from number in step.Stats.ByName
        select Of(each, $"sendgrid_automation_step_{number.Key}", number.Value, ("step_id", step.StepId));

    /// <summary>The names of the twelve numbers, for a query.</summary>
    public static string StepStatisticNames => $"sendgrid_automation_step_({string.Join('|', Statistics.None.ByName.Select(number => number.Key))})";

    private Sample Of((SimulatedAccount Account, SimulatedAutomation Automation) of, string name, double value, params (string Label, string Value)[] labels)
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
