using System.Globalization;
using Exporter.SendGrid;
using Exporter.SendGrid.Wire;
using Exporter.Snapshots;

namespace Exporter.Polling;

/// <summary>The lifetime totals of one number of a step at the end of each day.</summary>
/// <param name="StepId">The step.</param>
/// <param name="Statistic">Which of <see cref="EmailStatistics.Names"/>.</param>
/// <param name="Ends">Midnight after each day, and the total then; of the day that has not ended the moment at which it was asked for.</param>
internal sealed record StepTotals(string StepId, string Statistic, IReadOnlyList<DayEnd> Ends);

/// <summary>A total at the end of a day.</summary>
internal readonly record struct DayEnd(DateTimeOffset At, long Total);

/// <summary>Turns the numbers of days into what the gauges would have shown: lifetime totals that end at today's.</summary>
internal static class StepHistory
{
    /// <summary>Asks for the totals and the days of one automation.</summary>
    public static async Task<ApiResult<StepDays>> AskAsync(SendGridClient client, string id, DateOnly first, DateOnly today, Attempt attempt, TimeProvider time)
    {
        // The days first: what happens in between is then missing from the days, not from the totals, and moves no past total above today's.
        var days = CampaignPoll.NoDataYet(await client.ListStepDaysAsync(id, first, today, attempt), hadRows: false);
        if (days.Error is { } error)
        {
            return error;
        }

        var totals = CampaignPoll.NoDataYet(await client.ListStepStatisticsAsync(id, attempt), hadRows: false);
        return totals.Error is { } other ? other : new StepDays(totals.Value!.Rows, days.Value!.Rows, time.GetUtcNow());
    }

    /// <summary>
    /// Counts back from today's totals, day by day: whatever happened before the first day is in them. A total that would fall below 0,
    /// because SendGrid has corrected it since, is 0.
    /// </summary>
    /// <param name="found">What the API told.</param>
    /// <param name="first">The first day told; the total at its beginning is told too.</param>
    /// <param name="last">The last day told.</param>
    /// <param name="today">The day that has not ended.</param>
    public static IReadOnlyList<StepTotals> Totals(StepDays found, DateOnly first, DateOnly last, DateOnly today)
    {
        var days = found.Days
            .Where(row => row.Stats is not null && DateOnly.TryParseExact(row.Aggregation, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _))
            .GroupBy(row => (Step: Step(row), Day: DateOnly.ParseExact(row.Aggregation!, "yyyy-MM-dd", CultureInfo.InvariantCulture)), row => CampaignPoll.Values(row.Stats!))
            .ToDictionary(day => day.Key, day => day.Aggregate(static (sums, row) => [.. sums.Zip(row, Counts.Add)]));
        var result = new List<StepTotals>();
        foreach (var step in found.Totals.Where(row => row.Stats is not null).GroupBy(Step, row => CampaignPoll.Values(row.Stats!), StringComparer.Ordinal))
        {
            var left = step.Aggregate(static (sums, row) => [.. sums.Zip(row, Counts.Add)]);
            var ends = EmailStatistics.Names.Select((_, i) => last < today ? new List<DayEnd>() : [new DayEnd(found.At, left[i])]).ToList();
            for (var day = today; day >= first; day = day.AddDays(-1))
            {
                // The day's own numbers, taken from what stands at its end, give what stood at its beginning.
                left = [.. left.Zip(days.GetValueOrDefault((step.Key, day), new long[left.Length]), static (total, count) => Math.Max(0, total - count))];
                if (day <= last.AddDays(1))
                {
                    var midnight = new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
                    foreach (var (values, total) in ends.Zip(left))
                    {
                        values.Add(new DayEnd(midnight, total));
                    }
                }
            }

            result.AddRange(ends.Zip(EmailStatistics.Names, (values, name) => new StepTotals(step.Key, name, [.. values.AsEnumerable().Reverse()])));
        }

        return result;
    }

    private static string Step(StatsRow row) => new EmailKey(string.IsNullOrEmpty(row.StepId) ? "all" : row.StepId).First;
}

/// <summary>What the API tells of the steps of one automation.</summary>
/// <param name="Totals">A row for each step.</param>
/// <param name="Days">A row for each step and day.</param>
/// <param name="At">When it told the totals.</param>
internal sealed record StepDays(IReadOnlyList<StatsRow> Totals, IReadOnlyList<StatsRow> Days, DateTimeOffset At);
