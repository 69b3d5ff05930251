using System.Collections.Immutable;
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

    /// <param name="observed">
    /// The series to draw, each with the end of its last complete walk; <see langword="null"/> where that is not known.
    /// </param>
    /// <param name="read">Reads a series, no finer than a picture shows.</param>
    /// <param name="now">The end of the pictures. They begin a day earlier, or at the first observation of all series.</param>
    /// <param name="maxAge">
    /// The longest time between two walks that the store does not note: after a longer one the total counts as gone.
    /// </param>
    public static Pictures<TKey> Of<TKey>(
        IEnumerable<(TKey Key, StoredSeries Series, DateTimeOffset? Known)> observed,
        Read read,
        DateTimeOffset now,
        TimeSpan maxAge
    )
        where TKey : notnull
    {
        var all = observed.DistinctBy(each => each.Key).ToList();
        var age = now - all.Select(each => each.Series.FirstSeen).DefaultIfEmpty(now).Min();
        var span =
            age > LongestSpan ? LongestSpan
            : age < ShortestSpan ? ShortestSpan
            : age;
        return new(all.ToDictionary(each => each.Key, each => Gains(each.Series, each.Known)), span, now);

        ImmutableArray<long?> Gains(StoredSeries series, DateTimeOffset? lastWalk)
        {
            // A stretch that ends at the last walk is a whole one; one that goes on until now would hold too few clicks.
            var step = span / Points;
            var known = lastWalk is { } walk && walk < now ? walk : now;
            var end = now - TimeSpan.FromTicks((now - known).Ticks % step.Ticks);
            // Of each stretch only the last change is read, so that two of them can be two stretches apart.
            var longest = maxAge > 2 * step ? maxAge : 2 * step;
            var from = end - (Points * step);
            return Sparkline.Buckets(read(series, from, end, step), from, end, Points, known, longest);
        }
    }
}
