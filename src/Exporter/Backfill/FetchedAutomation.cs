namespace Exporter.Backfill;

/// <summary>One fetched automation, a line of the progress file.</summary>
internal sealed record FetchedAutomation(string Key, IReadOnlyList<StepTotals> Totals);
