namespace Simulator;

/// <summary>A time in which a link's rate does not change, in hours since the world's start.</summary>
internal sealed record LinkSegment(double From, double To, EventStream Clicks);
