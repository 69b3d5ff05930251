using Exporter.SendGrid.Wire;

namespace Exporter.Backfill;

/// <summary>The API's numbers about the steps of one automation.</summary>
/// <param name="Totals">A row for each step.</param>
/// <param name="Days">A row for each step and day.</param>
/// <param name="Today">The last day that was asked for. It has not ended.</param>
internal sealed record StepDays(IReadOnlyList<StatsRow> Totals, IReadOnlyList<StatsRow> Days, DateOnly Today);
