using System.Runtime.InteropServices;

namespace Exporter.History;

/// <summary>
/// The clock by which history ages. A machine's clock that is set ahead, or wrong from the start, must delete nothing, so this clock does
/// not trust it. It continues from its last time in the store, never passes the machine's clock, and approaches that at most twice as fast
/// as time passes. So the damage of a wrong clock is limited by how long it was wrong, and after a time without the program history is kept
/// a little longer.
/// </summary>
/// <param name="At">The time that it shows.</param>
/// <param name="Timestamp">The last reading of the monotonic clock.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct HistoryClock(DateTimeOffset At, long Timestamp)
{
    /// <param name="stored">The last time in the store; <see langword="null"/> when the store holds nothing that could be lost.</param>
    public static HistoryClock Begin(DateTimeOffset? stored, TimeProvider time) =>
        new(Earlier(stored ?? DateTimeOffset.MaxValue, time.GetUtcNow()), time.GetTimestamp());

    public HistoryClock Now(TimeProvider time)
    {
        var timestamp = time.GetTimestamp();
        return new(Earlier(At + (2 * time.GetElapsedTime(Timestamp, timestamp)), time.GetUtcNow()), timestamp);
    }

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;
}
