namespace Exporter.History;

/// <summary>A total at a moment; <see langword="null"/> when it was not there from then on, or too old to be served.</summary>
internal readonly record struct Observation(DateTimeOffset At, long? Value);
