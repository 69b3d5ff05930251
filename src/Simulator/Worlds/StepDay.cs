namespace Simulator;

/// <summary>A step's numbers on one day.</summary>
public sealed record StepDay(DateOnly Day, string StepId, Statistics Stats);
