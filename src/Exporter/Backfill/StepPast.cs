namespace Exporter.Backfill;

/// <summary>The past of the steps of one automation.</summary>
/// <param name="Totals">What can be told.</param>
/// <param name="LeftOut">What cannot, and why.</param>
internal sealed record StepPast(IReadOnlyList<StepTotals> Totals, IReadOnlyList<string> LeftOut);
