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
        IReadOnlyList<(DateTimeOffset At, long? Value)> changes,
        DateTimeOffset from,
        DateTimeOffset until,
        TimeSpan every
    )
    {
        for (var i = 0; i < changes.Count; i++)
        {
            if (changes[i].Value is { } value)
            {
                var next = i + 1 < changes.Count ? changes[i + 1].At : DateTimeOffset.MaxValue;
                for (var at = changes[i].At < from ? from : changes[i].At; at < next && at <= until; at += every)
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
