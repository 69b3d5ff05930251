namespace Simulator;

/// <summary>A step's all-time numbers.</summary>
public sealed record StepTotal(string StepId, Statistics Stats);
