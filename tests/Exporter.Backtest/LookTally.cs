using System.Globalization;

namespace Exporter.Backtest;

/// <summary>
/// A link that lost clicks, and how long it took until it stood out; <see langword="null"/> when it did not within a week.
/// </summary>
internal sealed record FoundLink(FaultKind Kind, double ClicksPerHour, bool HasSiblings, TimeSpan? Delay);

/// <summary>What stood out, held against what really happened.</summary>
/// <param name="LinkWeeks">Weeks in which a link worked and its step too, from the ninth day on, broken siblings or not.</param>
/// <param name="False">Lines about links that worked.</param>
/// <param name="Found">Links that lost clicks.</param>
internal sealed record LookTally(
    double LinkWeeks,
    IReadOnlyList<(Line Line, double ClicksPerHour, bool IsBesideBroken)> False,
    IReadOnlyList<FoundLink> Found
)
{
    public static readonly LookTally None = new(0, [], []);

    private static readonly (string Name, double From, double To)[] Bands =
    [
        ("under 2", 0, 2),
        ("2 – 10", 2, 10),
        ("10 – 50", 10, 50),
        ("50 – 500", 50, double.PositiveInfinity),
    ];

    private static readonly TimeSpan Week = TimeSpan.FromDays(7);

    public static LookTally operator +(LookTally left, LookTally right) =>
        new(left.LinkWeeks + right.LinkWeeks, [.. left.False, .. right.False], [.. left.Found, .. right.Found]);

    public static LookTally Of(Trial trial, IReadOnlyList<Line> lines)
    {
        var (weeks, wrong, found) = (0d, new List<(Line, double, bool)>(), new List<FoundLink>());
        foreach (
            var (automation, step) in trial
                .Accounts.SelectMany(static account => account.Automations)
                .SelectMany(automation => automation.Steps.Select(step => (automation, step)))
        )
        {
            var fault =
                trial.Script.Faults.SingleOrDefault(fault => fault.AutomationId == automation.Id && fault.StepId is null)
                ?? trial.Script.Faults.SingleOrDefault(fault => fault.StepId == step.Id);
            var ends = fault is { Location: null } ? fault.At : trial.Script.RemovedSteps.GetValueOrDefault(step.Id, trial.End);
            var mine = lines.Where(line => line.StepId == step.Id).ToList();
            var links = step.Links.Select(link => (link.Location, Clicks: link.ClicksPerHour));
            foreach (var (location, clicks) in links.Append((Location: 50, Clicks: 0)))
            {
                var isBroken = fault?.Location == location;
                var until = Earliest(isBroken ? fault!.At : ends, trial.Removed(step.Id, location));
                var own = mine.Where(line => line.Location == location.ToString(CultureInfo.InvariantCulture)).ToList();
                weeks += clicks == 0 ? 0 : (until - Trial.Start - TimeSpan.FromDays(9)) / Week;
                wrong.AddRange(
                    own.Where(line => line.From < until)
                        .Select(line => (line, clicks, fault is { Location: not null } && line.From >= fault.At))
                );
                if (isBroken)
                {
                    var first = own.Where(line => line.Until >= fault!.At).Min(line => (TimeSpan?)(line.From - fault!.At));
                    found.Add(new(fault!.Kind, clicks, step.Links.Count > 1, first <= Week ? first : null));
                }
            }
        }

        return new(weeks, wrong, found);
    }

    public IEnumerable<string> Details() =>
        [
            .. False.Select(wrong =>
                Text($"  false: {wrong.Line.Why}, day {(wrong.Line.From - Trial.Start).TotalDays:F2}, ")
                + Text($"{Hours(wrong.Line.Until - wrong.Line.From)}, ")
                + Text($"{wrong.ClicksPerHour:F1} clicks/h{(wrong.IsBesideBroken ? ", beside a broken link" : "")}")
            ),
            .. Found.Select(link =>
                Text($"  {link.Kind}, {link.ClicksPerHour:F1} clicks/h{(link.HasSiblings ? "" : ", without siblings")}: ")
                + (link.Delay is { } delay ? $"after {Hours(delay)}" : "not")
            ),
        ];

    public IEnumerable<string> Table()
    {
        yield return Text(
            $"{False.Count} false lines in {LinkWeeks:F0} link-weeks: {1000 * False.Count / Math.Max(1, LinkWeeks):F2} per 1000"
        );
        yield return "";
        yield return "| clicks per hour | dead: found within 7 d | of those with siblings | delay, median / 95 %, h | halved: found | "
            + "false lines |";
        yield return "|---|---|---|---|---|---|";
        foreach (var (name, from, to) in Bands.Append(("all", 0, double.PositiveInfinity)))
        {
            var band = Found.Where(link => from <= link.ClicksPerHour && link.ClicksPerHour < to).ToList();
            var dead = band.Where(link => link.Kind == FaultKind.LinkDead).ToList();
            var halved = band.Where(link => link.Kind == FaultKind.LinkHalved).ToList();
            var delays = dead.Where(link => link.Delay is not null).Select(link => link.Delay!.Value.TotalHours).Order().ToList();
            var wrong = False.Count(line => from <= line.ClicksPerHour && line.ClicksPerHour < to);
            yield return $"| {name} | {Part(dead)} | {Part([.. dead.Where(link => link.HasSiblings)])} "
                + $"| {Quantile(delays, 0.5)} / {Quantile(delays, 0.95)} | {Part(halved)} | {wrong} |";
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static string Hours(TimeSpan time) => Text($"{time.TotalHours:F1} h");

    private static string Part(List<FoundLink> links) => $"{links.Count(link => link.Delay is not null)} of {links.Count}";

    private static string Quantile(List<double> sorted, double quantile) =>
        sorted.Count == 0 ? "–" : sorted[(int)Math.Round(quantile * (sorted.Count - 1))].ToString("F1", CultureInfo.InvariantCulture);

    private static DateTimeOffset Earliest(DateTimeOffset left, DateTimeOffset right) => left < right ? left : right;
}
