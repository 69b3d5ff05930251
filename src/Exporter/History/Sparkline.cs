using System.Collections.Immutable;

namespace Exporter.History;

/// <summary>What a total gained over time, in few numbers, for a small picture.</summary>
internal static class Sparkline
{
    /// <summary>
    /// Clicks gained in each of <paramref name="count"/> stretches of equal length. A correction downwards is no loss, and what was gained
    /// while the link was gone is counted when it is back. A gain lies where it was seen: that of an outage in the stretch in which it
    /// ended.
    /// </summary>
    /// <param name="observations">
    /// Every change, or the last one of each stretch, in time order, and the last one before <paramref name="from"/>.
    /// </param>
    /// <param name="from">Beginning of the first stretch; what is seen at this moment belongs to what was before.</param>
    /// <param name="to">End of the last one.</param>
    /// <param name="count">How many, at least 1.</param>
    /// <returns><see langword="null"/> where nothing is known: before the link was first seen, and while it was gone.</returns>
    public static ImmutableArray<long?> Buckets(IReadOnlyList<Observation> observations, DateTimeOffset from, DateTimeOffset to, int count)
    {
        var buckets = ImmutableArray.CreateBuilder<long?>(count);
        var (next, total, isThere) = (0, (long?)null, false);
        for (var bucket = 0; bucket <= count; bucket++)
        {
            // Number 0 ends where the first stretch begins: it only finds out what is known then.
            var end = from + ((to - from) * bucket / count);
            long? gain = isThere ? 0 : null;
            for (; next < observations.Count && observations[next].At <= end; next++)
            {
                isThere = observations[next].Value is not null;
                if (observations[next].Value is { } now)
                {
                    gain = (gain ?? 0) + Math.Max(0, now - (total ?? now));
                    total = now;
                }
            }

            if (bucket > 0)
            {
                buckets.Add(gain);
            }
        }

        return buckets.MoveToImmutable();
    }
}
