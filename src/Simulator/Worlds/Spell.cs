namespace Simulator;

/// <summary>A factor and the hours since the world's start between which it holds.</summary>
internal sealed record Spell(double From, double To, double Factor);
