using System.Collections;
using Exporter.Configuration;
using Exporter.Polling;
using Exporter.Snapshots;
using Simulator;

namespace Exporter.Backfill;

/// <summary>
/// Computes what <c>/metrics</c> would have shown for the demo's automations every five minutes in the past. SendGrid itself reports the
/// past of steps by day and none of links; the simulated world knows its state at any time.
/// </summary>
/// <param name="world">The world that <c>serve --demo</c> continues.</param>
/// <param name="options">The configuration that polls it.</param>
internal sealed class DemoBackfillSource(World world, ExporterOptions options)
{
    private static readonly TimeSpan Step = TimeSpan.FromMinutes(5);

    /// <param name="from">Not before the world's start.</param>
    /// <param name="until">Not after its present.</param>
    /// <param name="wanted">Selects by the id or the label of an automation.</param>
    /// <param name="gaps">Gets what is wanted and not there.</param>
    public List<BackfillSeries> Between(DateTimeOffset from, DateTimeOffset until, AutomationFilter wanted, BackfillGaps gaps)
    {
        var first = Ceiling(from > world.Start ? from : world.Start);
        var count = until < first ? 0 : (int)((until - first) / Step) + 1;
        var all = new List<BackfillSeries>();
        foreach (var (simulated, account) in world.Accounts.Zip(options.Accounts))
        {
            var brought = new List<(CampaignDefinition, int?)>();
            foreach (var automation in simulated.Automations.Where(each => wanted.Matches(each.Id, each.Name)))
            {
                var past = new Past(account.Api.Name, automation.Name, first, count);
                List<BackfillSeries> series = count == 0 ? [] : [.. SeriesOf(past, automation)];
                brought.Add((Definition(automation), series.Count));
                all.AddRange(series);
            }

            gaps.AddEmpty(account, wanted, brought, isAll: true, "the simulated world");
        }

        gaps.AddUnknown(wanted);
        return all;
    }

    private CampaignDefinition Definition(SimulatedAutomation automation) =>
        new(CampaignKind.Automation, automation.Id, automation.Name, options.Poll.Interval) { IsConfigured = true };

    private IEnumerable<BackfillSeries> SeriesOf(Past past, SimulatedAutomation automation)
    {
        var clicks = past.Numbers(at =>
            world.LinkTotals(automation.Id, at).GroupBy(row => (row.StepId, row.Location), row => row.Clicks).Select(link => link.Sum())
        );
        var links = world.LinkTotals(automation.Id, past.Last).GroupBy(row => (row.StepId, row.Location)).ToList();
        foreach (var (link, numbers) in links.Zip(clicks))
        {
            (string, string?)[] labels = [("step_id", link.Key.StepId), ("url_location", $"{link.Key.Location}")];
            yield return past.Series("link_clicks", numbers, labels);
            var rows = link.Select(row => new ObservedLink(new EmailKey(row.StepId), $"{row.Location}", row.Url, row.Clicks));
            foreach (var url in UrlText.OfPlace([.. rows], options.Links.Url))
            {
                yield return past.Constant("link_info", 1, [.. labels, ("url", url)]);
            }
        }

        yield return past.Series("reported_clicks", [.. past.Times.Select((_, i) => clicks.Sum(numbers => numbers[i]))]);
        yield return past.Constant("links", links.Count);

        var names = EmailStatistics.Names.Length;
        var statistics = past.Numbers(at =>
            world.StepTotals(automation.Id, at).SelectMany(step => step.Stats.ByName.Select(number => number.Value))
        );
        foreach (var (step, i) in automation.Steps.Select((step, i) => (step, i)))
        {
            yield return past.Constant("step_info", 1, ("step_id", step.Id), ("step", step.Name));
            foreach (var (name, numbers) in EmailStatistics.Names.Zip(statistics.Skip(i * names)))
            {
                yield return past.Series($"step_{name}", numbers, ("step_id", step.Id));
            }
        }

        yield return past.Constant("info", 1, ("automation_id", automation.Id));
        yield return past.Constant("up", 1);
        yield return past.Constant("poll_interval_seconds", (long)options.Poll.Interval.TotalSeconds);
        yield return past.Series("last_success_timestamp_seconds", [.. past.Times.Select(at => at.ToUnixTimeSeconds())]);
    }

    private static DateTimeOffset Ceiling(DateTimeOffset at) =>
        new((at.UtcTicks + Step.Ticks - 1) / Step.Ticks * Step.Ticks, TimeSpan.Zero);

    /// <summary>The times of one automation's past, and series over them.</summary>
    private sealed record Past(string? Account, string Automation, DateTimeOffset First, int Count)
    {
        public IEnumerable<DateTimeOffset> Times => Enumerable.Range(0, Count).Select(i => First + (i * Step));

        public DateTimeOffset Last => First + (Math.Max(0, Count - 1) * Step);

        /// <summary>Reads all numbers at one time after the other, and returns one array for each number.</summary>
        public IReadOnlyList<long[]> Numbers(Func<DateTimeOffset, IEnumerable<long>> at)
        {
            var all = Times.Select(time => at(time).ToArray()).ToList();
            return [.. Enumerable.Range(0, all.Count == 0 ? 0 : all[0].Length).Select(i => all.Select(numbers => numbers[i]).ToArray())];
        }

        public BackfillSeries Constant(string name, long value, params (string Label, string? Value)[] labels) =>
            Series(name, _ => value, labels);

        public BackfillSeries Series(string name, long[] values, params (string Label, string? Value)[] labels) =>
            Series(name, i => values[i], labels);

        private BackfillSeries Series(string name, Func<int, long> value, (string Label, string? Value)[] labels) =>
            new(
                $"sendgrid_automation_{name}",
                [("account", Account), ("automation", Automation), .. labels],
                new Sampled(First, Count, value)
            );
    }

    /// <summary>Values at equal distances, computed on demand: most of them repeat the same number.</summary>
    private sealed class Sampled(DateTimeOffset first, int count, Func<int, long> value) : IReadOnlyList<(DateTimeOffset At, long Value)>
    {
        public int Count => count;

        public (DateTimeOffset At, long Value) this[int index] => (first + (index * Step), value(index));

        public IEnumerator<(DateTimeOffset At, long Value)> GetEnumerator()
        {
            for (var i = 0; i < count; i++)
            {
                yield return this[i];
            }
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
