namespace Simulator;

/// <summary>The numbers of a Single Send's variation in one phase on one day.</summary>
public sealed record VariationDay(DateOnly Day, string Variation, string Phase, Statistics Stats);
