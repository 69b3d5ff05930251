namespace Simulator;

/// <summary>A series of emails that people receive one after the other.</summary>
public sealed record SimulatedAutomation(string Id, string Name, IReadOnlyList<SimulatedStep> Steps);
