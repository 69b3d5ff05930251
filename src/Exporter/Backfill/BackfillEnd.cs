namespace Exporter.Backfill;

/// <summary>
/// Decides where the past ends. At its start Prometheus takes the end of its newest block as the earliest time that its memory may hold:
/// a block that reaches into the last hours makes it forget what it has scraped since, of every job.
/// </summary>
internal static class BackfillEnd
{
    /// <summary>How far the memory of a Prometheus may reach back when it makes a block of the oldest part.</summary>
    private static readonly TimeSpan Head = TimeSpan.FromHours(3);

    /// <summary>Its blocks begin and end at multiples of this. One that is made late begins where one that is made in time does.</summary>
    private static readonly TimeSpan Block = TimeSpan.FromHours(2);

    /// <summary>A block ends behind its last sample.</summary>
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(1);

    /// <summary>Returns the time of the last sample.</summary>
    /// <param name="source">Where the past comes from. The demo's ends at the present, because only a new Prometheus imports it.</param>
    /// <param name="to">
    /// The last day that the user wants; <see langword="null"/> for as late as can be imported now. Of the days up to it, each that has
    /// ended is written whole, for an import that may have to be later (<see cref="ImportableFrom"/>).
    /// </param>
    /// <param name="now">The time at which the run began.</param>
    public static DateTimeOffset Of(BackfillOrigin source, DateOnly? to, DateTimeOffset now)
    {
        var latest = source switch
        {
            BackfillOrigin.World => now,
            BackfillOrigin.Store => LatestImportable(now),
            // Of a day that goes on, a later run would tell other numbers at the same times.
            _ => Midnight(DayOf(LatestImportable(now))),
        };
        if (to is not { } day)
        {
            return latest;
        }

        var today = DayOf(now);
        return day < today ? Midnight(day.AddDays(1)) : Later(latest, Midnight(today));
    }

    /// <summary>Returns when a Prometheus may import samples up to a time without losing another.</summary>
    public static DateTimeOffset ImportableFrom(DateTimeOffset until) => until + Head + Block;

    /// <summary>Returns the time of the last sample that a Prometheus may import now without losing another.</summary>
    public static DateTimeOffset LatestImportable(DateTimeOffset now)
    {
        var ticks = (now - Head).UtcTicks;
        return new DateTimeOffset(ticks - (ticks % Block.Ticks), TimeSpan.Zero) - Least;
    }

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    private static DateOnly DayOf(DateTimeOffset at) => DateOnly.FromDateTime(at.UtcDateTime);

    private static DateTimeOffset Midnight(DateOnly day) => new(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
}
