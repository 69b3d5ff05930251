namespace Exporter.History;

/// <summary>A total at a moment; <see langword="null"/> when from then on it was gone or too old to serve.</summary>
internal readonly record struct Observation(DateTimeOffset At, long? Value);
