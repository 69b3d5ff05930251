using System.Runtime.InteropServices;

namespace Exporter.History;

/// <summary>
/// The clock by which history ages. A machine's clock that is set, or wrong from the start, must delete nothing and keep nothing for good,
/// so this clock does not trust it. It continues from its last time in the store, never goes back, and approaches a machine's clock that is
/// ahead of it at most twice as fast as time passes. So the damage of a wrong clock is limited by how long it was wrong, and after a time
/// without the program history is kept a little longer.
/// </summary>
/// <param name="Earned">The time that the store has reached. A machine's clock that is behind does not take it back.</param>
/// <param name="Ran">
/// How long the program has run with this store. Setting the machine's clock does not change it, and it never passes the true time.
/// </param>
/// <param name="Wall">The last reading of the machine's clock.</param>
/// <param name="Timestamp">The last reading of the monotonic clock.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct HistoryClock(DateTimeOffset Earned, TimeSpan Ran, DateTimeOffset Wall, long Timestamp)
{
    /// <summary>The later of the two times: nothing can have been seen after it.</summary>
    public DateTimeOffset Latest => Wall > Earned ? Wall : Earned;

    /// <param name="stored">The last time in the store; <see langword="null"/> when the store holds nothing that could be lost.</param>
    /// <param name="ran">How long the program had run with this store by then.</param>
    public static HistoryClock Begin(DateTimeOffset? stored, TimeSpan ran, TimeProvider time)
    {
        var wall = time.GetUtcNow();
        return new(stored ?? wall, ran, wall, time.GetTimestamp());
    }

    public HistoryClock Now(TimeProvider time)
    {
        var (wall, timestamp) = (time.GetUtcNow(), time.GetTimestamp());
        var passed = time.GetElapsedTime(Timestamp, timestamp);
        var fastest = Earned + (2 * passed);
        var reached = wall < fastest ? wall : fastest;
        return new(reached > Earned ? reached : Earned, Ran + passed, wall, timestamp);
    }
}
