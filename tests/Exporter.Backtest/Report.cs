using System.Globalization;

namespace Exporter.Backtest;

/// <summary>The tally as tables of Markdown.</summary>
internal static class Report
{
    private static readonly (string Name, double From, double To)[] Bands =
    [
        ("under 0.5", 0, 0.5),
        ("0.5 – 2", 0.5, 2),
        ("2 – 10", 2, 10),
        ("10 – 50", 10, 50),
        ("50 – 500", 50, double.PositiveInfinity),
    ];

    public static IEnumerable<string> Tables(Tally tally)
    {
        yield return "| false alarms | number | over | per 1000 | near |";
        yield return "|---|---|---|---|---|";
        yield return Rate(tally, "SendGridLinkClicksStopped", sibling: false, tally.LinkWeeks, "link-weeks");
        yield return Rate(tally, "SendGridLinkClicksDropped", sibling: false, tally.LinkWeeks, "link-weeks");
        yield return Rate(tally, "SendGridLinkClicksStopped", sibling: true, tally.SiblingWeeks, "link-weeks beside a broken link");
        yield return Rate(tally, "SendGridLinkClicksDropped", sibling: true, tally.SiblingWeeks, "link-weeks beside a broken link");
        yield return Rate(tally, "SendGridStepClicksStopped", sibling: null, tally.StepWeeks, "step-weeks");
        yield return Rate(tally, "SendGridStepDeliveriesStalled", sibling: null, tally.StepWeeks, "step-weeks");
        yield return Rate(tally, "SendGridAutomationStalled", sibling: null, tally.AutomationWeeks, "automation-weeks");
        yield return $"| SendGridAccountClicksLow, holidays included | {tally.AccountAlarms} | {Number(tally.AccountWeeks)} account-weeks "
            + "| | |";
        yield return "";
        yield return "| clicks per hour | dead: found within 7 d | eligible | their delay, median / 95 %, h | halved: found | eligible | "
            + "their delay, median, h | fault-free false stopped, dropped |";
        yield return "|---|---|---|---|---|---|---|---|";
        foreach (var band in Bands.Append(("all", 0, double.PositiveInfinity)))
        {
            yield return Band(tally, band);
        }

        var beyond = tally.Findings.Where(finding => finding is { Kind: FaultKind.LinkDead, IsEligible: false }).ToList();
        yield return "";
        yield return $"Of {beyond.Count} dead links that siblings cannot judge, {beyond.Count(finding => finding.IsToldAtAll)} were told "
            + "within 7 d by an alert about the link or its step.";
        yield return "";
        yield return "| whole step or automation | found within 7 d | delay median / 95 %, h |";
        yield return "|---|---|---|";
        yield return Whole(tally, FaultKind.AllLinksDead, "all links dead", static _ => true);
        yield return Whole(tally, FaultKind.StepStalled, "step stalled, a flow", static finding => !finding.IsBatch);
        yield return Whole(tally, FaultKind.StepStalled, "step stalled, in part or all a weekly batch", static finding => finding.IsBatch);
        yield return Whole(tally, FaultKind.AutomationPaused, "automation paused", static _ => true);
    }

    /// <summary>False alarms of one trial, when its dead links were found, and what nobody found although it could be found.</summary>
    public static IEnumerable<string> Details(Tally tally) =>
        [
            .. tally.FalseAlarms.Select(f =>
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"  false: {f.Alert} {f.Alarm.Account} {f.Alarm.Automation} {f.Alarm.Step} {f.Alarm.Location}, day "
                        + $"{(f.Alarm.From - Trial.Start).TotalDays:F2}, {(f.Alarm.Until - f.Alarm.From).TotalHours:F1} h, "
                        + $"{f.ClicksPerHour:F2} clicks/h{(f.IsSiblingOfBroken ? ", beside a broken link" : "")}, near: {f.Near}"
                )
            ),
            .. tally
                .Findings.Where(finding => finding is { IsEligible: true, Kind: FaultKind.LinkDead, Delay: not null })
                .Select(finding =>
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"  found: {finding.Kind}, {finding.ClicksPerHour:F2} clicks/h, after {finding.Delay!.Value.TotalHours:F1} h"
                    )
                ),
            .. tally
                .Findings.Where(finding => finding is { IsEligible: true, Delay: null })
                .Select(finding =>
                    string.Create(CultureInfo.InvariantCulture, $"  not found: {finding.Kind}, {finding.ClicksPerHour:F2} clicks/h")
                ),
        ];

    private static string Rate(Tally tally, string alert, bool? sibling, double weeks, string unit)
    {
        var alarms = tally
            .FalseAlarms.Where(alarm => alarm.Alert == alert && (sibling is null || alarm.IsSiblingOfBroken == sibling))
            .ToList();
        var near = string.Join(
            ", ",
            alarms.GroupBy(alarm => alarm.Near).OrderByDescending(group => group.Count()).Select(group => $"{group.Key} {group.Count()}")
        );
        return $"| {alert} | {alarms.Count} | {Number(weeks)} {unit} | "
            + $"{(1000 * alarms.Count / Math.Max(1, weeks)).ToString("F2", CultureInfo.InvariantCulture)} | {near} |";
    }

    private static string Whole(Tally tally, FaultKind kind, string name, Func<Finding, bool> isMeant)
    {
        var findings = tally.Findings.Where(finding => finding.Kind == kind && isMeant(finding)).ToList();
        return $"| {name} | {Found(findings)} | {Delay(findings, 0.5)} / {Delay(findings, 0.95)} |";
    }

    private static string Band(Tally tally, (string Name, double From, double To) band)
    {
        bool IsIn(double clicks) => band.From <= clicks && clicks < band.To;
        var dead = tally.Findings.Where(finding => finding.Kind is FaultKind.LinkDead && IsIn(finding.ClicksPerHour)).ToList();
        var halved = tally.Findings.Where(finding => finding.Kind is FaultKind.LinkHalved && IsIn(finding.ClicksPerHour)).ToList();
        var (goodDead, goodHalved) = (
            dead.Where(finding => finding.IsEligible).ToList(),
            halved.Where(finding => finding.IsEligible).ToList()
        );
        return $"| {band.Name} | {Found(dead)} | {Found(goodDead)} | {Delays(goodDead, dead)} | {Found(halved)} | {Found(goodHalved)} | "
            + $"{Delay(goodHalved, 0.5)} | {False("SendGridLinkClicksStopped")}, {False("SendGridLinkClicksDropped")} |";

        int False(string alert) =>
            tally.FalseAlarms.Count(alarm => alarm.Alert == alert && !alarm.IsSiblingOfBroken && IsIn(alarm.ClicksPerHour));
    }

    /// <summary>Of the eligible ones; where there is none (quiet links), of all.</summary>
    private static string Delays(List<Finding> eligible, List<Finding> all)
    {
        var findings = eligible.Count > 0 ? eligible : all;
        return $"{Delay(findings, 0.5)} / {Delay(findings, 0.95)}";
    }

    private static string Found(List<Finding> findings)
    {
        var found = findings.Count(finding => finding.Delay is not null);
        return findings.Count == 0
            ? "–"
            : $"{found} of {findings.Count} ({(100.0 * found / findings.Count).ToString("F0", CultureInfo.InvariantCulture)} %)";
    }

    private static string Delay(List<Finding> findings, double quantile)
    {
        var hours = findings
            .Where(finding => finding.Delay is not null)
            .Select(finding => finding.Delay!.Value.TotalHours)
            .Order()
            .ToList();
        return hours.Count == 0 ? "–" : Quantile(hours, quantile).ToString("F1", CultureInfo.InvariantCulture);
    }

    /// <summary>Between two values in proportion, as PromQL's <c>quantile</c>: the median of two is their mean.</summary>
    private static double Quantile(List<double> sorted, double quantile)
    {
        var (place, below) = (quantile * (sorted.Count - 1), (int)(quantile * (sorted.Count - 1)));
        return sorted[below] + ((place - below) * (sorted[Math.Min(below + 1, sorted.Count - 1)] - sorted[below]));
    }

    private static string Number(double value) => value.ToString("F0", CultureInfo.InvariantCulture);
}
