namespace Simulator;

/// <summary>What one variation sent in one phase: <c>test</c>, <c>send</c>, or <c>all</c> when nothing was tried.</summary>
public sealed record SimulatedVariation(string Variation, string Phase, IReadOnlyList<SimulatedLink> Links)
{
    internal Pace Pace { get; init; } = new();
}
