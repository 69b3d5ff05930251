namespace Simulator;

/// <summary>The all-time numbers of a Single Send's variation in one phase.</summary>
public sealed record VariationTotal(string Variation, string Phase, Statistics Stats);
