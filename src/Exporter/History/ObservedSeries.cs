namespace Exporter.History;

/// <summary>What was observed of one total, in time order.</summary>
/// <param name="Key">What it counts.</param>
/// <param name="FirstSeen">When it was first seen.</param>
/// <param name="Observations">Each change of it.</param>
internal sealed record ObservedSeries(SeriesKey Key, DateTimeOffset FirstSeen, IReadOnlyList<Observation> Observations);
