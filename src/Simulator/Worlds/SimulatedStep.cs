namespace Simulator;

/// <summary>One email of an automation.</summary>
public sealed record SimulatedStep(string Id, string Name, IReadOnlyList<SimulatedLink> Links)
{
    internal Pace Pace { get; init; } = new();
}
