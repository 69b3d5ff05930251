namespace Simulator;

/// <summary>A step's numbers of one day.</summary>
public sealed record StepDay(DateOnly Day, string StepId, Statistics Stats);
