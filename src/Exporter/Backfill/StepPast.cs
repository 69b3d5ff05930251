namespace Exporter.Backfill;

/// <summary>The past of the steps of one automation.</summary>
/// <param name="Totals">The known totals.</param>
/// <param name="LeftOut">The unknown ones, with reasons.</param>
internal sealed record StepPast(IReadOnlyList<StepTotals> Totals, IReadOnlyList<string> LeftOut);
