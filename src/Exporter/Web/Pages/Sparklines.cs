using Exporter.History;

namespace Exporter.Web.Pages;

/// <summary>Makes <see cref="Pictures{TKey}"/> of what the store has observed.</summary>
internal static class Sparklines
{
    /// <summary>A day, so that day and night are seen.</summary>
    public static readonly TimeSpan LongestSpan = TimeSpan.FromHours(24);

    /// <summary>Less is shown as if it were this much.</summary>
    private static readonly TimeSpan ShortestSpan = TimeSpan.FromMinutes(10);

    private const int Points = 48;

    /// <summary>Reads what was observed of a total, by the last change of each stretch.</summary>
    internal delegate IReadOnlyList<Observation> Read(StoredSeries series, DateTimeOffset from, DateTimeOffset to, TimeSpan every);

    /// <param name="observed">What was observed.</param>
    /// <param name="read">Reads it, no finer than can be seen.</param>
    /// <param name="now">End of the pictures. They begin a day earlier, or when the first of all was first seen.</param>
    public static Pictures<TKey> Of<TKey>(IEnumerable<(TKey Key, StoredSeries Series)> observed, Read read, DateTimeOffset now)
        where TKey : notnull
    {
        var all = observed.DistinctBy(each => each.Key).ToList();
        var known = now - all.Select(each => each.Series.FirstSeen).DefaultIfEmpty(now).Min();
        var span =
            known > LongestSpan ? LongestSpan
            : known < ShortestSpan ? ShortestSpan
            : known;
        return new(
            all.ToDictionary(
                each => each.Key,
                each => Sparkline.Buckets(read(each.Series, now - span, now, span / Points), now - span, now, Points)
            ),
            span,
            now
        );
    }
}
