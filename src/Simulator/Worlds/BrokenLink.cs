namespace Simulator;

/// <summary>A link that gets no more clicks from some time on.</summary>
public sealed record BrokenLink(
    string Account,
    string AutomationId,
    string Automation,
    string StepId,
    string Step,
    string Url,
    int Location,
    DateTimeOffset At
)
{
    internal WorldEvent Event => new LinkRateChanged(At, AutomationId, StepId, Location, Factor: 0);

    /// <summary>
    /// Returns the busiest link that does not dominate its step: its siblings then show that this link is the broken one.
    /// </summary>
    internal static BrokenLink? Busiest(IEnumerable<SimulatedAccount> accounts, DateTimeOffset at) =>
        (
            from account in accounts
            from automation in account.Automations
            from step in automation.Steps
            from link in step.Links
            where step.Pace.WeeklySend == 0 && link.ClicksPerHour < 0.5 * step.Links.Sum(l => l.ClicksPerHour)
            orderby link.ClicksPerHour descending
            select new BrokenLink(account.Name, automation.Id, automation.Name, step.Id, step.Name, link.Url, link.Location, at)
        ).FirstOrDefault();
}
