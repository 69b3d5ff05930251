namespace Exporter.History;

/// <summary>A total with observations.</summary>
/// <param name="Id">Its id in the store.</param>
/// <param name="FirstSeen">The first time that it was seen.</param>
internal sealed record StoredSeries(long Id, SeriesKey Key, DateTimeOffset FirstSeen);
