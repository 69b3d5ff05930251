using System.Runtime.InteropServices;

namespace Exporter.Snapshots;

/// <summary>
/// What the machine's two clocks showed at one moment: the time of day, which may be set, and the one that only counts on. Two readings
/// tell by how much the time of day was set between them.
/// </summary>
/// <remarks>
/// The rule for every time that this program keeps: while it runs, ages are measured by the clock that counts on. When the time of day is
/// set, every moment that this run has seen is expressed anew in it, so that "now - moment" stays the true age for whoever reads it with
/// the right time. Moments that a former run has saved stay as they are: they were told by another clock, and one that lies in the future
/// is no moment at all.
/// </remarks>
/// <param name="Time">The time of day.</param>
/// <param name="Timestamp">See <see cref="TimeProvider.GetTimestamp"/>.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ClockReading(DateTimeOffset Time, long Timestamp)
{
    /// <summary>Less is drift, not somebody who set a clock.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(1);

    /// <summary>Reads both at once: when the process was held up between them, again.</summary>
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

    /// <summary>By how much the time of day was set between this reading and a later one; zero within the tolerance.</summary>
    public TimeSpan SetBy(ClockReading later, TimeProvider time)
    {
        var set = later.Time - Time - time.GetElapsedTime(Timestamp, later.Timestamp);
        return set.Duration() > Tolerance ? set : TimeSpan.Zero;
    }

    /// <summary>Whether a moment lies in the future, so that no age follows from it.</summary>
    public static bool IsAhead(DateTimeOffset moment, DateTimeOffset now) => moment - now > Tolerance;
}
