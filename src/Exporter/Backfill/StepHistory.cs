using System.Globalization;
using Exporter.Polling;
using Exporter.SendGrid;
using Exporter.SendGrid.Wire;
using Exporter.Snapshots;

namespace Exporter.Backfill;

/// <summary>
/// Turns the numbers of days into what the gauges would have shown: lifetime totals that end at today's. Where a number of a day is not
/// known, neither is any total before that day, and it is left out: it would look as if nothing had happened.
/// </summary>
internal static class StepHistory
{
    private const string Ungrouped = "all";

    /// <summary>Asks for the totals and the days of one automation.</summary>
    public static async Task<ApiResult<StepDays>> AskAsync(
        SendGridClient client,
        string id,
        DateOnly first,
        DateOnly today,
        PollContext attempt,
        TimeProvider time
    )
    {
        // The days first: what happens in between is then missing from the days, not from the totals, and moves no past total above
        // today's.
        var days = await client.ListStepDaysAsync(id, first, today, attempt);
        var totals = CampaignPoll.NotFoundAsEmpty(await client.ListStepStatisticsAsync(id, attempt), hadRows: false);
        if (totals.Error is { } error)
        {
            return error;
        }

        // What has totals has days, too.
        days = CampaignPoll.NotFoundAsEmpty(days, hadRows: totals.Value!.Rows.Count > 0);
        return days.Error is { } other ? other : new StepDays(totals.Value.Rows, days.Value!.Rows, time.GetUtcNow());
    }

    /// <summary>
    /// Counts back from today's totals, day by day: whatever happened before the first day is in them. A total that would fall below 0,
    /// because SendGrid has corrected it since, is 0.
    /// </summary>
    /// <param name="found">What the API told.</param>
    /// <param name="first">The first day told; the total at its beginning is told too.</param>
    /// <param name="last">The last day told.</param>
    /// <param name="today">The day that has not ended.</param>
    public static StepPast Past(StepDays found, DateOnly first, DateOnly last, DateOnly today)
    {
        var days = found
            .Days.GroupBy(row => (Step: Step(row), Day: Day(row)), row => CampaignPoll.Values(row.Stats))
            .ToDictionary(day => day.Key, day => day.Aggregate(CampaignPoll.Sum));
        // A row without numbers says that there are none of its step.
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
                var steps = CountBack(step, totals[step], found.At, day => days.GetValueOrDefault((step, day)), first, last, today);
                told.AddRange(steps.Totals);
                leftOut.AddRange(steps.LeftOut);
            }
        }

        return new StepPast(told, leftOut);
    }

    /// <returns>Why nothing can be told of a step, or <see langword="null"/>.</returns>
    private static string? Problem(
        string step,
        Dictionary<string, long?[]> totals,
        Dictionary<(string Step, DateOnly? Day), long?[]> days
    ) =>
        days.ContainsKey((step, null)) ? "some of its numbers name no day"
        : !totals.ContainsKey(step) ? "there are numbers of days and no total"
        : days.Keys.Any(day => day.Step == Ungrouped != (step == Ungrouped)) ? "totals and days are not told by the same steps"
        : null;

    private static StepPast CountBack(
        string step,
        long?[] totals,
        DateTimeOffset at,
        Func<DateOnly, long?[]?> numbersOf,
        DateOnly first,
        DateOnly last,
        DateOnly today
    )
    {
        var left = totals;
        var ends = EmailStatistics.Names.Select(_ => new List<DayEnd>()).ToList();
        var lost = new List<(DateOnly Day, string Name)>();
        if (last == today)
        {
            Tell(at);
        }

        for (var number = today.DayNumber; number >= first.DayNumber; number--)
        {
            // The day's own numbers, taken from what stands at its end, give what stood at its beginning.
            var day = DateOnly.FromDayNumber(number);
            var (end, counts) = (left, numbersOf(day));
            left = counts is null ? end : [.. end.Zip(counts, Before)];
            lost.AddRange(EmailStatistics.Names.Where((_, i) => end[i] is not null && left[i] is null).Select(name => (day, name)));
            if (number <= last.DayNumber + 1)
            {
                Tell(new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero));
            }
        }

        var unknown = EmailStatistics.Names.Where((_, i) => totals[i] is null).ToList();
        return new StepPast(
            [
                .. ends.Zip(EmailStatistics.Names, (values, name) => new StepTotals(step, name, [.. values.AsEnumerable().Reverse()]))
                    .Where(series => series.Ends.Count > 0),
            ],
            [
                .. unknown.Count == 0 ? [] : new[] { $"step {step}: {string.Join(", ", unknown)}, of which there is no total" },
                .. lost.GroupBy(gap => gap.Day, gap => gap.Name)
                    .Select(gap => $"step {step}: {string.Join(", ", gap)} up to {gap.Key:yyyy-MM-dd}, a day without that number"),
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

    private static long? Before(long? total, long? count) => total is { } end && count is { } brought ? Math.Max(0, end - brought) : null;

    private static DateOnly? Day(StatsRow row) =>
        DateOnly.TryParseExact(row.Aggregation, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;

    private static string Step(StatsRow row) => new EmailKey(string.IsNullOrEmpty(row.StepId) ? Ungrouped : row.StepId).StepOrVariation;
}
