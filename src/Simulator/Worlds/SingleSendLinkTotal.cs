namespace Simulator;

/// <summary>A row of a Single Send's click statistics, grouped by variation and phase.</summary>
public sealed record SingleSendLinkTotal(string Url, int Location, string Variation, string Phase, long Clicks);
