using System.Collections.Immutable;
using Exporter.Snapshots;

namespace Exporter.History;

/// <summary>What was seen of one link, at a few moments.</summary>
/// <param name="Email">The email it stands in.</param>
/// <param name="Location">Its place there.</param>
/// <param name="LastChange">When its total last changed, up or down.</param>
/// <param name="Totals">Its clicks at each moment asked for, the last ones known then; <see langword="null"/> before it was first
/// seen.</param>
internal sealed record LinkCourse(EmailKey Email, string Location, DateTimeOffset LastChange, ImmutableArray<long?> Totals)
{
    /// <summary>
    /// Clicks gained from each moment to the next. A correction downwards is no loss, and costs no more than the stretch in which it
    /// came;
    /// what was gained while the link was not seen lies where it was seen again.
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
