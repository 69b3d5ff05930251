using Exporter.History;

namespace Exporter.Backfill;

/// <summary>
/// Computes the samples between two known values. Prometheus treats a series without a sample for five minutes as gone, so samples must be
/// as dense as scraped ones.
/// </summary>
internal static class BackfillSamples
{
    /// <summary>Returns every change at its time, and repeats the total until the next one, as a scrape would have.</summary>
    /// <param name="changes">In time order; <see langword="null"/> means that the total did not exist from then on.</param>
    /// <param name="from">The time of the first sample; a total that existed earlier starts here.</param>
    /// <param name="until">The time of the last sample.</param>
    /// <param name="every">The greatest time between two samples.</param>
    public static IEnumerable<(DateTimeOffset At, long Value)> Held(
        IEnumerable<Observation> changes,
        DateTimeOffset from,
        DateTimeOffset until,
        TimeSpan every
    )
    {
        var held = (Observation?)null;
        foreach (var change in changes)
        {
            foreach (var sample in Repeat(held, change.At))
            {
                yield return sample;
            }

            held = change;
        }

        foreach (var sample in Repeat(held, DateTimeOffset.MaxValue))
        {
            yield return sample;
        }

        IEnumerable<(DateTimeOffset At, long Value)> Repeat(Observation? change, DateTimeOffset next)
        {
            if (change is { Value: { } value } since)
            {
                for (var at = since.At < from ? from : since.At; at < next && at <= until; at += every)
                {
                    yield return (at, value);
                }
            }
        }
    }

    /// <summary>
    /// Returns the totals at the ends of the days unchanged and spreads each day's gain evenly between them, because its hours are unknown.
    /// </summary>
    /// <param name="ends">In time order.</param>
    /// <param name="every">The time between two samples; with a day or more only the ends are returned.</param>
    public static IEnumerable<(DateTimeOffset At, long Value)> Spread(IReadOnlyList<(DateTimeOffset At, long Value)> ends, TimeSpan every)
    {
        foreach (var ((begin, before), (end, after)) in ends.Zip(ends.Skip(1)))
        {
            for (var at = begin; at < end; at += every)
            {
                yield return (at, before + (long)((after - before) * ((at - begin) / (end - begin))));
            }
        }

        if (ends is [.., var last])
        {
            yield return last;
        }
    }
}
