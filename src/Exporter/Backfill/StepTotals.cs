using Exporter.Snapshots;

namespace Exporter.Backfill;

/// <summary>The lifetime totals of one statistic of a step at the end of each day.</summary>
/// <param name="Statistic">One of <see cref="EmailStatistics.Names"/>.</param>
/// <param name="Ends">The midnight after each day, and the total then.</param>
internal sealed record StepTotals(string StepId, string Statistic, IReadOnlyList<DayEnd> Ends);
