using System.Globalization;
using Exporter.Polling;
using Exporter.SendGrid;
using Exporter.SendGrid.Wire;
using Exporter.Snapshots;

namespace Exporter.Backfill;

/// <summary>
/// Turns the numbers of days into past values of the gauges: lifetime totals that end at today's. When a day lacks a number, all earlier
/// totals are unknown and left out: otherwise it would look as if nothing had happened.
/// </summary>
internal static class StepHistory
{
    private const string Ungrouped = "all";

    /// <summary>Fetches the totals and the days of one automation, up to the day on which it asks: a run may last over midnight.</summary>
    /// <param name="began">The day on which the run began. A clock that was set back since does not count.</param>
    public static async Task<ApiResult<StepDays>> AskAsync(
        SendGridClient client,
        string id,
        DateOnly first,
        DateOnly began,
        PollContext attempt,
        TimeProvider time
    )
    {
        var now = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        var today = now > began ? now : began;

        // Fetches the days first: events between the two requests are then missing from the days, not from the totals, and lift no past
        // total above today's.
        var days = await client.ListStepDaysAsync(id, first, today, attempt);
        var totals = CampaignPoll.NotFoundAsEmpty(await client.ListStepStatisticsAsync(id, attempt));
        if (totals.Error is { } error)
        {
            return error;
        }

        // A step with totals has days, too.
        days = totals.Value!.Rows.Count > 0 ? days : CampaignPoll.NotFoundAsEmpty(days);
        return days.Error is { } other ? other : new StepDays(totals.Value.Rows, days.Value!.Rows, today);
    }

    /// <summary>
    /// Counts back from today's totals, day by day: they include everything before the first day. A total that would fall below 0, because
    /// SendGrid has corrected it since, becomes 0.
    /// </summary>
    /// <param name="found">The API's numbers.</param>
    /// <param name="first">The first day; its total at the beginning of the day is included.</param>
    /// <param name="last">The last day. It has ended: what a day has brought before its end is another number each time.</param>
    public static StepPast Past(StepDays found, DateOnly first, DateOnly last)
    {
        var days = found
            .Days.GroupBy(row => (Step: Step(row), Day: Day(row)), row => CampaignPoll.Values(row.Stats))
            .ToDictionary(day => day.Key, day => day.Aggregate(CampaignPoll.Sum));
        // A row without numbers means that its step has none.
        var totals = found
            .Totals.Where(row => row.Stats is not null)
            .GroupBy(Step, row => CampaignPoll.Values(row.Stats), StringComparer.Ordinal)
            .ToDictionary(step => step.Key, step => step.Aggregate(CampaignPoll.Sum), StringComparer.Ordinal);
        var told = new List<StepTotals>();
        var leftOut = new List<string>();
        foreach (
            var step in totals.Keys.Union(
                days.Where(day => !day.Value.All(static count => count == 0)).Select(day => day.Key.Step),
                StringComparer.Ordinal
            )
        )
        {
            if (Problem(step, totals, days) is { } problem)
            {
                leftOut.Add($"step {step}: {problem}");
            }
            else
            {
                var steps = CountBack(step, totals[step], found, day => days.GetValueOrDefault((step, day)), first, last);
                told.AddRange(steps.Totals);
                leftOut.AddRange(steps.LeftOut);
            }
        }

        return new StepPast(told, leftOut);
    }

    /// <returns>Why the past of a step cannot be computed, or <see langword="null"/>.</returns>
    private static string? Problem(string step, Dictionary<string, long?[]> totals, Dictionary<(string Step, DateOnly? Day), long?[]> days)
    {
        if (days.ContainsKey((step, null)))
        {
            return "some of its numbers have no day";
        }

        if (!totals.ContainsKey(step))
        {
            return "it has numbers of days but no total";
        }

        return days.Keys.Any(day => day.Step == Ungrouped != (step == Ungrouped))
            ? "totals and days are not grouped by the same steps"
            : null;
    }

    private static StepPast CountBack(
        string step,
        long?[] totals,
        StepDays found,
        Func<DateOnly, long?[]?> numbersOf,
        DateOnly first,
        DateOnly last
    )
    {
        var left = totals;
        var ends = EmailStatistics.Names.Select(_ => new List<DayEnd>()).ToList();
        var lost = new List<(DateOnly Day, string Name)>();
        for (var number = found.Today.DayNumber; number >= first.DayNumber; number--)
        {
            // The total at the end of a day, less the day's own numbers, is the total at its beginning.
            var day = DateOnly.FromDayNumber(number);
            var (end, counts) = (left, numbersOf(day));
            left = counts is null ? end : [.. end.Zip(counts, Before)];
            lost.AddRange(EmailStatistics.Names.Where((_, i) => end[i] is not null && left[i] is null).Select(name => (day, name)));
            if (number <= last.DayNumber + 1)
            {
                Tell(Midnight(day));
            }
        }

        var unknown = EmailStatistics.Names.Where((_, i) => totals[i] is null).ToList();
        return new StepPast(
            [
                .. ends.Zip(EmailStatistics.Names, (values, name) => new StepTotals(step, name, [.. values.AsEnumerable().Reverse()]))
                    .Where(series => series.Ends.Count > 0),
            ],
            [
                .. unknown.Count == 0 ? [] : new[] { $"step {step}: {string.Join(", ", unknown)}, which have no total" },
                .. lost.GroupBy(gap => gap.Day, gap => gap.Name)
                    .Select(gap => $"step {step}: {string.Join(", ", gap)} up to {gap.Key:yyyy-MM-dd}, a day that lacks the number"),
            ]
        );

        void Tell(DateTimeOffset moment)
        {
            foreach (var (values, total) in ends.Zip(left))
            {
                if (total is { } known)
                {
                    values.Add(new DayEnd(moment, known));
                }
            }
        }
    }

    private static DateTimeOffset Midnight(DateOnly day) => new(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);

    private static long? Before(long? total, long? count) => total is { } end && count is { } brought ? Math.Max(0, end - brought) : null;

    private static DateOnly? Day(StatsRow row) =>
        DateOnly.TryParseExact(row.Aggregation, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;

    private static string Step(StatsRow row) => new EmailKey(string.IsNullOrEmpty(row.StepId) ? Ungrouped : row.StepId).StepOrVariation;
}
