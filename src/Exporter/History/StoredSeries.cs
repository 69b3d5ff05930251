namespace Exporter.History;

/// <summary>A total of which something was observed.</summary>
/// <param name="Id">Its number in the store.</param>
/// <param name="Key">What it counts.</param>
/// <param name="FirstSeen">When it was first seen.</param>
internal sealed record StoredSeries(long Id, SeriesKey Key, DateTimeOffset FirstSeen);
