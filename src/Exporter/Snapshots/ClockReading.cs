using System.Runtime.InteropServices;

namespace Exporter.Snapshots;

/// <summary>
/// The machine's two clocks at one moment: the time of day, which can be set, and the monotonic clock. Two readings show how far the time
/// of day was set between them.
/// </summary>
/// <remarks>
/// One rule holds for every moment that this program keeps. While it runs, the monotonic clock measures ages; it counts the time that the
/// machine was suspended, too. When the time of day is set, every moment that this run has seen moves with it, so that "now - moment" stays
/// the true age for any reader with the right time. Moments that a former run saved stay as they are: another clock recorded them. One that
/// lies in the future counts as unknown.
/// </remarks>
/// <param name="Timestamp">See <see cref="TimeProvider.GetTimestamp"/>.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ClockReading(DateTimeOffset Time, long Timestamp)
{
    /// <summary>A smaller difference is drift; a larger one means that the clock was set.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(1);

    /// <summary>Reads both clocks together, and again when the process was held up between the two.</summary>
    public static ClockReading Read(TimeProvider time)
    {
        while (true)
        {
            var (before, now) = (time.GetTimestamp(), time.GetUtcNow());
            if (time.GetElapsedTime(before) < Tolerance / 10)
            {
                return new ClockReading(now, before);
            }
        }
    }

    /// <summary>Returns how far the time of day was set between this reading and a later one; zero within the tolerance.</summary>
    public TimeSpan SetBy(ClockReading later, TimeProvider time)
    {
        var set = later.Time - Time - time.GetElapsedTime(Timestamp, later.Timestamp);
        return set.Duration() > Tolerance ? set : TimeSpan.Zero;
    }

    /// <summary>Whether a moment lies in the future, so that it has no age.</summary>
    public static bool IsAhead(DateTimeOffset moment, DateTimeOffset now) => moment - now > Tolerance;
}
