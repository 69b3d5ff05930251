using Exporter.Snapshots;

namespace Exporter.Backfill;

/// <summary>The lifetime totals of one number of a step at the end of each day.</summary>
/// <param name="StepId">The step.</param>
/// <param name="Statistic">Which of <see cref="EmailStatistics.Names"/>.</param>
/// <param name="Ends">
/// Midnight after each day, and the total then; of the day that has not ended the moment at which it was asked for.
/// </param>
internal sealed record StepTotals(string StepId, string Statistic, IReadOnlyList<DayEnd> Ends);
