using System.Collections.Immutable;
using Exporter.History;
using Exporter.Snapshots;

namespace Exporter.Web.Pages;

/// <summary>Makes <see cref="Pictures{TKey}"/> from the observations in the store.</summary>
internal static class Sparklines
{
    /// <summary>A whole day, so that the daily rhythm shows.</summary>
    public static readonly TimeSpan LongestSpan = TimeSpan.FromHours(24);

    /// <summary>A shorter history is drawn as if it were this long.</summary>
    private static readonly TimeSpan ShortestSpan = TimeSpan.FromMinutes(10);

    private const int MostPoints = 48;

    private const int FewestPoints = 12;

    /// <summary>Longer stretches would hide the hour of a drop.</summary>
    private static readonly TimeSpan LongestStretch = LongestSpan / MostPoints;

    /// <summary>Reads the observations of a total: the last change of each stretch.</summary>
    internal delegate IReadOnlyList<Observation> Read(StoredSeries series, DateTimeOffset from, DateTimeOffset to, TimeSpan every);

    /// <param name="observed">
    /// The series to draw, each with the end of its last complete walk; <see langword="null"/> where that is not known.
    /// </param>
    /// <param name="observations">Reads a series, no finer than a picture shows.</param>
    /// <param name="now">The end of the pictures. They begin a day earlier, or at the first observation of all series.</param>
    /// <param name="maxAge">
    /// The longest time between two walks that the store does not note: after a longer one the total counts as gone.
    /// </param>
    public static Pictures<TKey> Of<TKey>(
        IEnumerable<(TKey Key, StoredSeries Series, DateTimeOffset? Known)> observed,
        Read observations,
        DateTimeOffset now,
        TimeSpan maxAge
    )
        where TKey : notnull
    {
        var all = observed.DistinctBy(each => each.Key).ToList();
        var age = now - all.Select(each => each.Series.FirstSeen).DefaultIfEmpty(now).Min();
        var span = TimeSpans.Clamp(age, ShortestSpan, LongestSpan);
        // Read from a stretch earlier, as a picture may end earlier than now.
        var finest = span / MostPoints;
        var from = now - span - LongestStretch;
        var read = all.ConvertAll(each => (each.Key, each.Known, Seen: observations(each.Series, from, now, finest)));
        // Lengths of time are whole ticks, so that what divides evenly may be a little less.
        var points = (int)((span / Stretch(span, read.Select(each => each.Seen))) + 0.001);
        var stretch = span / points;

        // Of each stretch only the last change is read, so that two of them can be two stretches apart.
        var longest = maxAge > 2 * finest ? maxAge : 2 * finest;
        return new(read.ToDictionary(each => each.Key, each => Gains(each.Seen, each.Known)), span, now);

        ImmutableArray<long?> Gains(IReadOnlyList<Observation> seen, DateTimeOffset? lastWalk)
        {
            // A stretch that ends at the last walk is a whole one; one that goes on until now would hold too few clicks.
            var known = lastWalk is { } walk && walk < now ? walk : now;
            var end = now - TimeSpan.FromTicks((now - known).Ticks % stretch.Ticks);
            return Sparkline.Buckets(seen, end - (points * stretch), end, points, known, longest);
        }
    }

    /// <summary>
    /// Returns the length of a stretch: no finer than the observations of the total that was seen most steadily, as long as that leaves a
    /// picture.
    /// </summary>
    private static TimeSpan Stretch(TimeSpan span, IEnumerable<IReadOnlyList<Observation>> series)
    {
        var spacing = series
            .Where(static seen => seen.Count > 2)
            .Select(static seen => seen.Skip(2).Zip(seen.Skip(1), static (next, one) => next.At - one.At).Max())
            .DefaultIfEmpty(TimeSpan.Zero)
            .Min();
        var (finest, coarsest) = (span / MostPoints, span / FewestPoints);
        var most = coarsest < LongestStretch ? coarsest : LongestStretch;
        return TimeSpans.Clamp(spacing, finest, most);
    }
}
