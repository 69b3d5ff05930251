namespace Simulator;

/// <summary>The emails of one variation in one phase: <c>test</c>, <c>send</c>, or <c>all</c> when there was no test.</summary>
public sealed record SimulatedVariation(string Variation, string Phase, IReadOnlyList<SimulatedLink> Links)
{
    internal Pace Pace { get; init; } = new();
}
