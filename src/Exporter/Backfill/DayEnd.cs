namespace Exporter.Backfill;

/// <summary>A total at the end of a day.</summary>
internal readonly record struct DayEnd(DateTimeOffset At, long Total);
