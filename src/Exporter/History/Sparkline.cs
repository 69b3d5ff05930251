using System.Collections.Immutable;

namespace Exporter.History;

/// <summary>Reduces a total's gains over time to a few numbers, for a small picture.</summary>
/// <remarks>
/// An observation says how much was gained since the one before, and not when. So a gain is spread evenly over that time: a constant rate
/// is a flat line, however the observations and the stretches lie to each other.
/// </remarks>
internal static class Sparkline
{
    /// <summary>
    /// Returns the clicks gained in each of <paramref name="count"/> stretches of equal length. A correction downwards is not a loss.
    /// </summary>
    /// <param name="observations">
    /// Every change, or the last one of each stretch, in time order, and the last one before <paramref name="from"/>.
    /// </param>
    /// <param name="from">The beginning of the first stretch; a change at this very moment belongs to the time before.</param>
    /// <param name="to">The end of the last one.</param>
    /// <param name="count">The number of stretches, at least 1.</param>
    /// <param name="known">The last moment at which the total was looked at, changed or not.</param>
    /// <param name="longest">
    /// The longest time between two looks at a total that is there. A gain after a longer rest came within this time: the looks before it
    /// found no change, and only changes are stored.
    /// </param>
    /// <returns>
    /// One number per stretch, rounded so that their sum is right; <see langword="null"/> before the link was first seen, since it is gone,
    /// and after <paramref name="known"/>.
    /// </returns>
    public static ImmutableArray<long?> Buckets(
        IReadOnlyList<Observation> observations,
        DateTimeOffset from,
        DateTimeOffset to,
        int count,
        DateTimeOffset known,
        TimeSpan longest
    )
    {
        List<Observation> seen = [.. observations.TakeWhile(each => each.At <= to)];
        var first = seen.FindIndex(each => each.Value is not null);
        if (first < 0)
        {
            return [.. new long?[count]];
        }

        var end = seen[^1] is { Value: null } gone && gone.At < known ? gone.At : known;
        var gains = Gains(seen, longest);
        var (next, past, before) = (0, (Int128)0, (Int128)0);
        var buckets = ImmutableArray.CreateBuilder<long?>(count);
        for (var border = 0; border <= count; border++)
        {
            var at = Border(border);
            for (; next < gains.Count && gains[next].To <= at; next++)
            {
                past += gains[next].Clicks;
            }

            var total = past + (next < gains.Count ? gains[next].ClicksUntil(at) : 0);
            if (border > 0)
            {
                var isKnown = seen[first].At <= at && Border(border - 1) < end;
                buckets.Add(isKnown ? (long)Int128.Min(total - before, long.MaxValue) : null);
            }

            before = total;
        }

        return buckets.MoveToImmutable();

        DateTimeOffset Border(int border) => from + ((to - from) * border / count);
    }

    /// <summary>Returns the gains between the observations, in time order; no two of them overlap.</summary>
    private static List<Gain> Gains(List<Observation> seen, TimeSpan longest)
    {
        var gains = new List<Gain>();
        var (last, goneAt) = ((Observation?)null, (DateTimeOffset?)null);
        foreach (var now in seen)
        {
            if (now.Value is not { } value)
            {
                goneAt ??= now.At;
                continue;
            }

            if (last is { } before && value > before.Value)
            {
                var earliest = (goneAt ?? now.At) - longest;
                gains.Add(new(before.At > earliest ? before.At : earliest, now.At, value - before.Value.Value));
            }

            (last, goneAt) = (now, null);
        }

        return gains;
    }

    /// <summary>Clicks that came some time after <paramref name="From"/> and until <paramref name="To"/>.</summary>
    private readonly record struct Gain(DateTimeOffset From, DateTimeOffset To, long Clicks)
    {
        /// <summary>Returns the clicks until a moment before <see cref="To"/>, rounded down.</summary>
        public Int128 ClicksUntil(DateTimeOffset at) => at <= From ? 0 : (Int128)Clicks * (at - From).Ticks / (To - From).Ticks;
    }
}
