namespace Exporter.Snapshots;

/// <summary>
/// Moves moments when a clock was set. A moment may be anything, for the API names some (an unset one is the year 1 in Go's JSON), so it
/// stops at the ends of the calendar instead of failing.
/// </summary>
internal static class Shifts
{
    public static DateTimeOffset ShiftedBy(this DateTimeOffset moment, TimeSpan by) =>
        new(
            (long)Int128.Clamp((Int128)moment.UtcTicks + by.Ticks, DateTimeOffset.MinValue.Ticks, DateTimeOffset.MaxValue.Ticks),
            TimeSpan.Zero
        );

    public static DateTimeOffset? ShiftedBy(this DateTimeOffset? moment, TimeSpan by) => moment is { } known ? known.ShiftedBy(by) : null;
}
