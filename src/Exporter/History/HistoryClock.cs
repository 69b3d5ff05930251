using System.Runtime.InteropServices;

namespace Exporter.History;

/// <summary>
/// The time by which history ages. A clock that is set ahead, or that is wrong from the start, must delete nothing, so this one takes no
/// clock's word: it goes on from where the store says that it was, never beyond the machine's clock, and towards that at most twice as fast
/// as time passes. What a wrong clock costs is bound by how long it was wrong, and after a time without the program history is kept a
/// little longer.
/// </summary>
/// <param name="At">What it shows.</param>
/// <param name="Timestamp">When it was looked at last, by the monotonic clock.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct HistoryClock(DateTimeOffset At, long Timestamp)
{
    /// <param name="stored">
    /// What it showed last, as the store says; <see langword="null"/> when nothing is in the store that could be lost.
    /// </param>
    /// <param name="time">The machine's clocks.</param>
    public static HistoryClock Begin(DateTimeOffset? stored, TimeProvider time) =>
        new(Earlier(stored ?? DateTimeOffset.MaxValue, time.GetUtcNow()), time.GetTimestamp());

    public HistoryClock Now(TimeProvider time)
    {
        var timestamp = time.GetTimestamp();
        return new(Earlier(At + (2 * time.GetElapsedTime(Timestamp, timestamp)), time.GetUtcNow()), timestamp);
    }

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;
}
