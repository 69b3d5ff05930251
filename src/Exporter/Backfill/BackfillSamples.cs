namespace Exporter.Backfill;

/// <summary>
/// What lies between two numbers of the past. Prometheus takes a series without a sample for five minutes to be gone, so they must be
/// dense to be looked at like scraped ones.
/// </summary>
internal static class BackfillSamples
{
    /// <summary>Every change at its time, and the total again every so often until the next one: as it would have been scraped.</summary>
    /// <param name="changes">In time order; <see langword="null"/> is a total that was not there from then on.</param>
    /// <param name="from">Nothing is told before; a total that was there already is told at this moment.</param>
    /// <param name="until">The last moment.</param>
    /// <param name="every">Greatest distance between two samples.</param>
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
    /// The totals at the ends of the days as they are, and between them what each day brought, spread evenly: there is no telling at
    /// which hours it came.
    /// </summary>
    /// <param name="ends">In time order.</param>
    /// <param name="every">Distance between two samples; a day or more leaves the ends alone.</param>
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
