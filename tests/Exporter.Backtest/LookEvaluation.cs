using System.Collections.Immutable;
using System.Globalization;
using Exporter.History;
using Exporter.Snapshots;
using Simulator;

namespace Exporter.Backtest;

/// <summary>A time during which a link stands out on the status page.</summary>
internal sealed record Line(string StepId, string Location, DateTimeOffset From, DateTimeOffset Until, string Why);

/// <summary>Plays what the store would have seen, and looks at it as the status page does, walk after walk.</summary>
internal static class LookEvaluation
{
    /// <summary>A line that goes and comes back within this time is the same one.</summary>
    private static readonly TimeSpan SameLine = TimeSpan.FromHours(1);

    public static IReadOnlyList<Line> Run(Trial trial, TimeSpan every, CancellationToken ct) =>
        [.. trial.Accounts.SelectMany(static account => account.Automations).SelectMany(automation => Run(trial, automation, every, ct))];

    private static List<Line> Run(Trial trial, SimulatedAutomation automation, TimeSpan every, CancellationToken ct)
    {
        var (times, links) = (new List<DateTimeOffset>(), new Dictionary<(string Step, int Location), Seen>());
        var (lines, open) = (new List<Line>(), new Dictionary<(string Step, string Location), Line>());
        for (var at = Trial.Start; at <= trial.End && !ct.IsCancellationRequested; at += Trial.Step)
        {
            var polled = trial.PolledAt(automation, at);
            if (!trial.IsRunning(at) || polled < Trial.Start || (times.Count > 0 && polled <= times[^1]))
            {
                continue;
            }

            times.Add(polled);
            foreach (var (step, location, clicks) in trial.LinksAt(automation, polled))
            {
                if (!links.TryGetValue((step, location), out var seen))
                {
                    links.Add((step, location), seen = new Seen(new EmailKey(step), location.ToString(CultureInfo.InvariantCulture)));
                }

                seen.Take(times.Count - 1, polled, clicks);
            }

            if ((at - Trial.Start).Ticks % every.Ticks == 0)
            {
                Look(times, [.. links.Values.Where(link => link.IsPresent(times.Count - 1))], open, lines);
            }
        }

        return [.. lines, .. open.Values];
    }

    private static void Look(
        List<DateTimeOffset> times,
        IReadOnlyList<Seen> present,
        Dictionary<(string Step, string Location), Line> open,
        List<Line> lines
    )
    {
        if (ComparedTime.Find(times[^1], times[0], Trial.Step) is not { } time)
        {
            return;
        }

        var courses = Courses(time.Moments);
        var silences = SiblingPrediction.Silences(courses, time);
        var then = silences.IsEmpty ? [] : Courses(SiblingPrediction.Moments(silences, time));
        foreach (var outlier in SiblingPrediction.Compare(courses, time, silences, then))
        {
            var key = (outlier.Email.StepOrVariation, outlier.Location);
            if (open.TryGetValue(key, out var line) && time.End - line.Until > SameLine)
            {
                lines.Add(line);
                open.Remove(key);
                line = null;
            }

            if (outlier.Worst is { } window)
            {
                open[key] = line is null
                    ? new Line(key.StepOrVariation, key.Location, time.End, time.End, Why(window))
                    : line with
                    {
                        Until = time.End,
                    };
            }
        }

        IReadOnlyList<LinkCourse> Courses(ImmutableArray<DateTimeOffset> moments)
        {
            var walks = moments.Select(moment => times.BinarySearch(moment) is var index && index >= 0 ? index : ~index - 1).ToArray();
            return [.. present.Select(link => new LinkCourse(link.Email, link.Location, link.LastChange, [.. walks.Select(link.At)]))];
        }
    }

    private static string Why(ComparedWindow window) =>
        string.Create(CultureInfo.InvariantCulture, $"{window.Got} of {window.Expected:F0} in {window.Length.TotalHours:F1} h");

    /// <summary>The totals of a link, walk by walk.</summary>
    private sealed class Seen(EmailKey email, string location)
    {
        private readonly List<long?> _totals = [];
        private int _last = -1;

        public EmailKey Email => email;

        public string Location => location;

        public DateTimeOffset LastChange { get; private set; }

        public bool IsPresent(int walk) => _last == walk;

        /// <summary>The last total known at that walk.</summary>
        public long? At(int walk) => walk < 0 || _totals.Count == 0 ? null : _totals[Math.Min(walk, _totals.Count - 1)];

        public void Take(int walk, DateTimeOffset at, long clicks)
        {
            var known = _totals.Count > 0 ? _totals[^1] : null;
            while (_totals.Count < walk)
            {
                _totals.Add(known);
            }

            LastChange = known == clicks ? LastChange : at;
            _totals.Add(clicks);
            _last = walk;
        }
    }
}
