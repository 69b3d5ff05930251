namespace Simulator;

/// <summary>Clicks that come evenly within some hours (or a part of one), on top of what people click.</summary>
internal sealed record Burst(double At, double Hours, int Clicks);
