using System.Runtime.InteropServices;

namespace Exporter.History;

/// <summary>The changes that may be dropped, in milliseconds since the epoch.</summary>
/// <param name="Before">Those up to this time.</param>
/// <param name="After">Those after this time, too: a wrong clock has dated them.</param>
/// <param name="Earned">Of both, only those that are no later than this.</param>
/// <param name="Ran">
/// Or, of those in <see cref="Misdated"/>, only those that were written when the program had run for so many milliseconds at most.
/// </param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct PruningBounds(long Before, long After, long Earned, long Ran)
{
    /// <summary>
    /// Returns the changes that are older than <paramref name="age"/> by the machine's clock, and by what no clock can pretend: by the
    /// <see cref="HistoryClock"/>, or by the time for which the program has run since.
    /// </summary>
    public static PruningBounds ByAge(HistoryClock clock, TimeSpan age)
    {
        var span = (long)age.TotalMilliseconds;
        return new(
            clock.Wall.ToUnixTimeMilliseconds() - span,
            clock.Latest.ToUnixTimeMilliseconds(),
            clock.Earned.ToUnixTimeMilliseconds() - span,
            (long)clock.Ran.TotalMilliseconds - span
        );
    }

    /// <summary>
    /// Returns the changes that are further than <paramref name="distance"/> from the present. A change from the future is as doubtful as
    /// it is far away.
    /// </summary>
    public static PruningBounds ByDistance(HistoryClock clock, TimeSpan distance)
    {
        var (latest, span) = (clock.Latest.ToUnixTimeMilliseconds(), (long)distance.TotalMilliseconds);
        return new(latest - span, latest + span, long.MaxValue, long.MaxValue);
    }
}
