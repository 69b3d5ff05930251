namespace Exporter.Backfill;

/// <summary>One automation that has been fetched, a line of the file.</summary>
internal sealed record FetchedAutomation(string Key, IReadOnlyList<StepTotals> Totals);
