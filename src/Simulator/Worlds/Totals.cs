namespace Simulator;

/// <summary>A row of an automation's click statistics, grouped by step.</summary>
public sealed record LinkTotal(string Url, int Location, string StepId, long Clicks);

/// <summary>A step's all-time numbers.</summary>
public sealed record StepTotal(string StepId, Statistics Stats);

/// <summary>A step's numbers of one day.</summary>
public sealed record StepDay(DateOnly Day, string StepId, Statistics Stats);

/// <summary>A row of a Single Send's click statistics, grouped by variation and phase.</summary>
public sealed record SingleSendLinkTotal(string Url, int Location, string Variation, string Phase, long Clicks);

/// <summary>The all-time numbers of a Single Send's variation in one phase.</summary>
public sealed record VariationTotal(string Variation, string Phase, Statistics Stats);

/// <summary>The numbers of a Single Send's variation in one phase on one day.</summary>
public sealed record VariationDay(DateOnly Day, string Variation, string Phase, Statistics Stats);
