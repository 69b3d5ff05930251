using Exporter.History;

namespace Exporter.Web.Pages;

/// <summary>Makes <see cref="Pictures{TKey}"/> from the observations in the store.</summary>
internal static class Sparklines
{
    /// <summary>A whole day, so that the daily rhythm shows.</summary>
    public static readonly TimeSpan LongestSpan = TimeSpan.FromHours(24);

    /// <summary>A shorter history is drawn as if it were this long.</summary>
    private static readonly TimeSpan ShortestSpan = TimeSpan.FromMinutes(10);

    private const int Points = 48;

    /// <summary>Reads the observations of a total: the last change of each stretch.</summary>
    internal delegate IReadOnlyList<Observation> Read(StoredSeries series, DateTimeOffset from, DateTimeOffset to, TimeSpan every);

    /// <param name="observed">The series to draw.</param>
    /// <param name="read">Reads a series, no finer than a picture shows.</param>
    /// <param name="now">The end of the pictures. They begin a day earlier, or at the first observation of all series.</param>
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
