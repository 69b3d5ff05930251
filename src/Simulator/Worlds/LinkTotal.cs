namespace Simulator;

/// <summary>A row of an automation's click statistics, grouped by step.</summary>
public sealed record LinkTotal(string Url, int Location, string StepId, long Clicks);
