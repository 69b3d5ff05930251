namespace Simulator;

/// <summary>A time during which a link's rate does not change; hours since the world's start.</summary>
internal sealed record LinkSegment(double From, double To, EventStream Clicks);
