using System.Collections.Immutable;

namespace Exporter.History;

/// <summary>Reduces a total's gains over time to a few numbers, for a small picture.</summary>
internal static class Sparkline
{
    /// <summary>
    /// Returns the clicks gained in each of <paramref name="count"/> stretches of equal length. A correction downwards is not a loss.
    /// Clicks gained while the link was gone count when it is back. A gain counts where it was seen: that of an outage in the stretch in
    /// which the outage ended.
    /// </summary>
    /// <param name="observations">
    /// Every change, or the last one of each stretch, in time order, and the last one before <paramref name="from"/>.
    /// </param>
    /// <param name="from">The beginning of the first stretch; a change at this very moment belongs to the time before.</param>
    /// <param name="to">The end of the last one.</param>
    /// <param name="count">The number of stretches, at least 1.</param>
    /// <returns>One number per stretch; <see langword="null"/> before the link was first seen, and while it was gone.</returns>
    public static ImmutableArray<long?> Buckets(IReadOnlyList<Observation> observations, DateTimeOffset from, DateTimeOffset to, int count)
    {
        var buckets = ImmutableArray.CreateBuilder<long?>(count);
        var (next, total, isThere) = (0, (long?)null, false);
        for (var bucket = 0; bucket <= count; bucket++)
        {
            // Stretch 0 ends where the first one begins: it only establishes the state at that moment.
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
