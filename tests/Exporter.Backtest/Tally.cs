using System.Globalization;
using Simulator;

namespace Exporter.Backtest;

/// <summary>What is known of one broken thing after the trial.</summary>
/// <param name="Kind">What broke.</param>
/// <param name="ClicksPerHour">Of the link, or of the step.</param>
/// <param name="IsEligible">Siblings can judge it: at least 0.5 clicks an hour and no more than twice what its siblings get.</param>
/// <param name="Delay">From the break to the first alert that is meant for it; <see langword="null"/> when none came within a week.</param>
/// <param name="IsToldAtAll">Whether any alert about the link or its step came within a week.</param>
/// <param name="IsBatch">A part of the step is sent once a week.</param>
internal sealed record Finding(
    FaultKind Kind,
    double ClicksPerHour,
    bool IsEligible,
    TimeSpan? Delay,
    bool IsToldAtAll,
    bool IsBatch = false
);

/// <summary>An alert about something that works.</summary>
/// <param name="Alert">Its name.</param>
/// <param name="IsSiblingOfBroken">Another link of the step is broken.</param>
/// <param name="ClicksPerHour">Of the link, step or automation.</param>
/// <param name="Alarm">When it was told.</param>
/// <param name="Near">Which disturbance stood near it.</param>
internal sealed record FalseAlarm(string Alert, bool IsSiblingOfBroken, double ClicksPerHour, Alarm Alarm, string Near);

/// <summary>Alerts held against what really happened.</summary>
/// <param name="LinkWeeks">Weeks in which a link worked and its step too, from the ninth day on.</param>
/// <param name="SiblingWeeks">Weeks in which a link worked and another one of its step was broken.</param>
/// <param name="StepWeeks">Weeks in which a step worked.</param>
/// <param name="AutomationWeeks">Weeks in which an automation worked.</param>
/// <param name="AccountWeeks">Weeks of accounts.</param>
/// <param name="AccountAlarms">Alerts about a whole account, holidays included: they are meant to be told.</param>
/// <param name="Findings">What was broken, found or not.</param>
/// <param name="FalseAlarms">What was said of things that work.</param>
internal sealed record Tally(
    double LinkWeeks,
    double SiblingWeeks,
    double StepWeeks,
    double AutomationWeeks,
    double AccountWeeks,
    int AccountAlarms,
    IReadOnlyList<Finding> Findings,
    IReadOnlyList<FalseAlarm> FalseAlarms
)
{
    private static readonly TimeSpan Week = TimeSpan.FromDays(7);

    /// <summary>Before there is a reference, nothing can be said.</summary>
    private static readonly TimeSpan FirstJudged = TimeSpan.FromDays(9);

    public static Tally None { get; } = new(0, 0, 0, 0, 0, 0, [], []);

    public static Tally operator +(Tally left, Tally right) =>
        new(
            left.LinkWeeks + right.LinkWeeks,
            left.SiblingWeeks + right.SiblingWeeks,
            left.StepWeeks + right.StepWeeks,
            left.AutomationWeeks + right.AutomationWeeks,
            left.AccountWeeks + right.AccountWeeks,
            left.AccountAlarms + right.AccountAlarms,
            [.. left.Findings, .. right.Findings],
            [.. left.FalseAlarms, .. right.FalseAlarms]
        );

    public static Tally Of(Trial trial, IReadOnlyDictionary<string, IReadOnlyList<Alarm>> alarms)
    {
        var first = Trial.Start + FirstJudged;
        var tally = None with
        {
            AccountWeeks = trial.Accounts.Count * (trial.End - first) / Week,
            AccountAlarms = alarms["SendGridAccountClicksLow"].Count,
        };
        var findings = new List<Finding>();
        var falseAlarms = new List<FalseAlarm>();
        foreach (
            var (account, automation) in trial.Accounts.SelectMany(account =>
                account.Automations.Select(automation => (trial.AccountLabel(account), automation))
            )
        )
        {
            var paused = trial.Script.Faults.SingleOrDefault(fault => fault.AutomationId == automation.Id && fault.StepId is null);
            if (paused is not null)
            {
                findings.Add(
                    Find(
                        paused,
                        automation.Steps.Sum(Volume),
                        isEligible: true,
                        alarms["SendGridAutomationStalled"].Where(a => a.Account == account && a.Automation == automation.Name)
                    )
                );
            }

            tally = tally with { AutomationWeeks = tally.AutomationWeeks + (((paused?.At ?? trial.End) - first) / Week) };
            falseAlarms.AddRange(
                from alarm in alarms["SendGridAutomationStalled"]
                where
                    alarm.Account == account
                    && alarm.Automation == automation.Name
                    && alarm.From < (paused?.At ?? trial.End)
                    && !automation.Steps.Any(step => trial.Stalled(step.Id) <= alarm.From)
                select new FalseAlarm(
                    "SendGridAutomationStalled",
                    IsSiblingOfBroken: false,
                    automation.Steps.Sum(Volume),
                    alarm,
                    Disturbance.Near(trial.Nearby, automation.Id, stepId: null, alarm.From)
                )
            );

            foreach (var step in automation.Steps)
            {
                tally += OfStep(trial, account, automation, step, paused, alarms, findings, falseAlarms);
            }
        }

        return tally with
        {
            Findings = findings,
            FalseAlarms = falseAlarms,
        };
    }

    private static Tally OfStep(
        Trial trial,
        string account,
        SimulatedAutomation automation,
        SimulatedStep step,
        Fault? paused,
        IReadOnlyDictionary<string, IReadOnlyList<Alarm>> alarms,
        List<Finding> findings,
        List<FalseAlarm> falseAlarms
    )
    {
        var first = Trial.Start + FirstJudged;
        var fault = paused ?? trial.Script.Faults.SingleOrDefault(fault => fault.StepId == step.Id);
        var isWhole = fault is { Location: null };
        var healthyUntil = Earliest(isWhole ? fault!.At : trial.End, trial.Script.RemovedSteps.GetValueOrDefault(step.Id, trial.End));
        var name = Trial.StepName(automation, step.Id);
        if (isWhole && paused is null)
        {
            var alert = fault!.Kind is FaultKind.StepStalled ? "SendGridStepDeliveriesStalled" : "SendGridStepClicksStopped";
            findings.Add(Find(fault, Volume(step), isEligible: true, Mine(alert)) with { IsBatch = step.Pace.WeeklySend > 0 });
        }

        foreach (var alert in new[] { "SendGridStepDeliveriesStalled", "SendGridStepClicksStopped" })
        {
            // Where one link is most of the step, its death is the step's: the alert is right.
            falseAlarms.AddRange(
                Mine(alert)
                    .Where(alarm => alarm.From < healthyUntil && (fault is not { Kind: FaultKind.LinkDead } || alarm.From < fault.At))
                    .Select(alarm => new FalseAlarm(
                        alert,
                        IsSiblingOfBroken: fault is not null && alarm.From >= fault.At,
                        Volume(step),
                        alarm,
                        Near(alarm)
                    ))
            );
        }

        // Links that came later are not counted in weeks, but nothing may be said of them either.
        var known = step.Links.Select(Location).ToHashSet(StringComparer.Ordinal);
        foreach (var alert in new[] { "SendGridLinkClicksStopped", "SendGridLinkClicksDropped" })
        {
            falseAlarms.AddRange(
                Mine(alert)
                    .Where(alarm => alarm.From < healthyUntil && !known.Contains(alarm.Location))
                    .Select(alarm => new FalseAlarm(alert, IsSiblingOfBroken: false, ClicksPerHour: 0, alarm, Near(alarm)))
            );
        }

        var tally = None with { StepWeeks = (healthyUntil - first) / Week };
        foreach (var link in step.Links)
        {
            var location = Location(link);
            var stopped = Mine("SendGridLinkClicksStopped").Where(alarm => alarm.Location == location).ToList();
            var dropped = Mine("SendGridLinkClicksDropped").Where(alarm => alarm.Location == location).ToList();
            var worksUntil = healthyUntil;
            var aloneUntil = healthyUntil;
            if (fault is { Location: { } broken })
            {
                aloneUntil = fault.At;
                if (broken == link.Location)
                {
                    worksUntil = fault.At;
                    var others = Volume(step) - link.ClicksPerHour;
                    findings.Add(
                        Find(
                            fault,
                            link.ClicksPerHour,
                            link.ClicksPerHour >= 0.5 && link.ClicksPerHour <= 2 * others,
                            fault.Kind is FaultKind.LinkDead ? stopped : [.. stopped, .. dropped],
                            [.. dropped, .. Mine("SendGridStepClicksStopped")]
                        )
                    );
                }
            }

            worksUntil = Earliest(worksUntil, trial.Removed(step.Id, link.Location));
            aloneUntil = Earliest(aloneUntil, worksUntil);
            tally += None with { LinkWeeks = (aloneUntil - first) / Week, SiblingWeeks = (worksUntil - aloneUntil) / Week };
            falseAlarms.AddRange(
                stopped
                    .Where(alarm => alarm.From < worksUntil)
                    .Select(alarm => new FalseAlarm(
                        "SendGridLinkClicksStopped",
                        alarm.From >= aloneUntil,
                        link.ClicksPerHour,
                        alarm,
                        Near(alarm)
                    ))
            );
            falseAlarms.AddRange(
                dropped
                    .Where(alarm => alarm.From < worksUntil)
                    .Select(alarm => new FalseAlarm(
                        "SendGridLinkClicksDropped",
                        alarm.From >= aloneUntil,
                        link.ClicksPerHour,
                        alarm,
                        Near(alarm)
                    ))
            );
        }

        return tally;

        string Near(Alarm alarm) => Disturbance.Near(trial.Nearby, automation.Id, step.Id, alarm.From);

        IEnumerable<Alarm> Mine(string alert) =>
            alarms[alert].Where(alarm => alarm.Account == account && alarm.Automation == automation.Name && alarm.Step == name);
    }

    private static Finding Find(
        Fault fault,
        double clicksPerHour,
        bool isEligible,
        IEnumerable<Alarm> alarms,
        IEnumerable<Alarm>? others = null
    )
    {
        var meant = alarms.ToList();
        var delay = Delay(fault, meant);
        return new(fault.Kind, clicksPerHour, isEligible, delay, (delay ?? Delay(fault, others ?? [])) is not null);
    }

    private static TimeSpan? Delay(Fault fault, IEnumerable<Alarm> alarms)
    {
        var first = alarms
            .Where(alarm => alarm.Until >= fault.At)
            .Select(alarm => alarm.From > fault.At ? alarm.From : fault.At)
            .DefaultIfEmpty(DateTimeOffset.MaxValue)
            .Min();
        return first <= fault.At + Week ? first - fault.At : null;
    }

    private static string Location(SimulatedLink link) => link.Location.ToString(CultureInfo.InvariantCulture);

    private static double Volume(SimulatedStep step) => step.Links.Sum(link => link.ClicksPerHour);

    private static DateTimeOffset Earliest(DateTimeOffset left, DateTimeOffset right) => left < right ? left : right;
}
