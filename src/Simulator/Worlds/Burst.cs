namespace Simulator;

/// <summary>Clicks that arrive evenly within some hours (or a part of one), in addition to those of people.</summary>
internal sealed record Burst(double At, double Hours, int Clicks);
