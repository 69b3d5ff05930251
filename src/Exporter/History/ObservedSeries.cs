namespace Exporter.History;

/// <summary>The observations of one total, in time order.</summary>
/// <param name="FirstSeen">The first time that it was seen.</param>
/// <param name="Observations">Each change of it.</param>
internal sealed record ObservedSeries(SeriesKey Key, DateTimeOffset FirstSeen, IReadOnlyList<Observation> Observations);
