using System.Globalization;

namespace Simulator;

/// <summary>The time that a request for statistics covers, and whether it asks for single days.</summary>
internal sealed record StatisticsSpan(bool ByDay, DateOnly? First, DateOnly? Last, TimeZoneInfo Zone)
{
    /// <summary>
    /// Parses the span. It ignores the document's defaults of 2021 on purpose: they are example values in the wrong field.
    /// </summary>
    public static StatisticsSpan Read(Parameters query)
    {
        var (first, last) = (query.Date("start_date"), query.Date("end_date"));
        if (last < first)
        {
            query.Refuse("end_date", "end_date must not be before start_date", last);
        }

        return new(
            query.Words("aggregated_by", "day", "total").Contains("day", StringComparer.Ordinal),
            first,
            last,
            query.Zone("timezone")
        );
    }

    /// <summary>Returns the numbers by aggregation and key, from the all-time totals or from the days.</summary>
    public IEnumerable<(string Aggregation, TKey Key, Statistics Stats)> Select<TKey>(
        Func<IEnumerable<(TKey, Statistics)>> totals,
        Func<DateOnly, DateOnly, TimeZoneInfo, IEnumerable<(DateOnly, TKey, Statistics)>> days
    )
    {
        if (!ByDay && First is null && Last is null)
        {
            return totals().Select(t => ("total", t.Item1, t.Item2));
        }

        return days(First ?? DateOnly.MinValue, Last ?? DateOnly.MaxValue, Zone)
            .Select(d => (ByDay ? d.Item1.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : "total", d.Item2, d.Item3));
    }
}
