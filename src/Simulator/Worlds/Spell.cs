namespace Simulator;

/// <summary>A factor and the time in which it applies, in hours since the world's start.</summary>
internal sealed record Spell(double From, double To, double Factor);
