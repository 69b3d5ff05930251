using System.Collections.Immutable;
using Exporter.Snapshots;

namespace Exporter.History;

/// <summary>The totals of one link at a few moments.</summary>
/// <param name="Location">Its position in the email.</param>
/// <param name="LastChange">The last time its total changed, up or down.</param>
/// <param name="Totals">Its clicks at each requested moment, as last known then; <see langword="null"/> before it was first seen.</param>
internal sealed record LinkCourse(EmailKey Email, string Location, DateTimeOffset LastChange, ImmutableArray<long?> Totals)
{
    /// <summary>
    /// Returns the clicks gained from each moment to the next. A correction downwards is not a loss, and affects only the stretch in which
    /// it came. Clicks gained while the link was not seen count where it was seen again.
    /// </summary>
    public ImmutableArray<long> Gains(Range moments)
    {
        var totals = Totals[moments];
        var gains = ImmutableArray.CreateBuilder<long>(totals.Length - 1);
        for (var i = 1; i < totals.Length; i++)
        {
            gains.Add(totals[i] is { } now && totals[i - 1] is { } before ? Math.Max(0, now - before) : 0);
        }

        return gains.MoveToImmutable();
    }
}
