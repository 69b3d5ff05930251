using Simulator;

namespace Exporter.Backtest;

/// <summary>Something that happened without breaking anything.</summary>
/// <param name="Name">What, in a word or two.</param>
/// <param name="AutomationId">To whom; <see langword="null"/> for everyone.</param>
/// <param name="StepId"><see langword="null"/> for every step.</param>
/// <param name="From">When it began.</param>
/// <param name="Until">When it ended; what it left behind may last longer.</param>
internal sealed record Disturbance(string Name, string? AutomationId, string? StepId, DateTimeOffset From, DateTimeOffset Until)
{
    /// <summary>A window of a day may hold it for a day more; a day is also how long hardly anything else is near.</summary>
    private static readonly TimeSpan Reach = TimeSpan.FromHours(26);

    /// <summary>The one that began last before an alarm: of the step, else of everyone.</summary>
    public static string Near(IReadOnlyList<Disturbance> all, string automationId, string? stepId, DateTimeOffset at) =>
        all.Where(d =>
                d.From <= at.AddHours(1)
                && at <= d.Until + Reach
                && (d.AutomationId ?? automationId) == automationId
                && (stepId is null || (d.StepId ?? stepId) == stepId)
            )
            .OrderBy(d => d.AutomationId is null)
            .ThenByDescending(d => d.From)
            .Select(d => d.Name)
            .FirstOrDefault("nothing");

    public static IEnumerable<Disturbance> Of(
        World world,
        IEnumerable<(DateTimeOffset From, DateTimeOffset Until)> outages,
        IEnumerable<(DateTimeOffset From, DateTimeOffset Until)> restarts
    ) =>
        [
            .. world.Events.Select(Of).OfType<Disturbance>(),
            .. outages.Select(outage => new Disturbance("polls fail", AutomationId: null, StepId: null, outage.From, outage.Until)),
            .. restarts
                .Where(restart => restart.Until - restart.From > TimeSpan.FromMinutes(20))
                .Select(down => new Disturbance("exporter down", AutomationId: null, StepId: null, down.From, down.Until)),
            .. from account in world.Accounts
            from automation in account.Automations
            from step in automation.Steps
            where step.Pace.WeeklySend > 0
            from day in Enumerable.Range(0, 120)
            let at = Batch.Around(Trial.Start.AddDays(day), step.Pace)
            where at is not null
            select new Disturbance("batch", automation.Id, step.Id, at.Value.AddHours(-1), at.Value.AddHours(-20)),
            .. from account in world.Accounts
            from automation in account.Automations
            from change in automation.Steps.Select(step => step.Pace.ClockChange).Distinct()
            where change is not null
            select new Disturbance("clock change", automation.Id, StepId: null, change.Value.At, change.Value.At.AddDays(27)),
        ];

    private static Disturbance? Of(WorldEvent happening) =>
        happening switch
        {
            ClicksCorrected e => new(e.Share < 0 ? "clicks recounted up" : "clicks recounted down", e.CampaignId, e.StepId, e.At, e.At),
            StatisticsCorrected e => new("deliveries and opens recounted", e.CampaignId, e.StepId, e.At, e.At),
            ClicksBurst e => new("link scanner", e.CampaignId, e.StepId, e.At, e.At + e.Over),
            AnswersChanged { Until: { } until } e => new("holiday", e.CampaignId, e.StepId, e.At, until),
            DeliveriesChanged { Factor: > 1, Until: { } until } e => new("one-off send", e.CampaignId, e.StepId, e.At, until),
            LinkAdded or LinkReplaced or LinkRemoved => new("edited", happening.CampaignId, happening.StepId, happening.At, happening.At),
            _ => null,
        };
}
