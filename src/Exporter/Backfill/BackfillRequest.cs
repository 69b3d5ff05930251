namespace Exporter.Backfill;

/// <summary>What <c>backfill</c> was asked for.</summary>
/// <param name="Source">Who tells the past.</param>
/// <param name="First">First day, UTC.</param>
/// <param name="Last">Last day, UTC.</param>
/// <param name="Today">The day that has not ended.</param>
/// <param name="Every">Distance between two samples.</param>
/// <param name="Automations">Ids or names; empty is all.</param>
/// <param name="Labels">What a scrape would add to each series.</param>
/// <param name="Output">A file; <see langword="null"/> is standard output.</param>
/// <param name="StoragePath">Directory of the saved state.</param>
internal sealed record BackfillRequest(
    BackfillOrigin Source,
    DateOnly First,
    DateOnly Last,
    DateOnly Today,
    TimeSpan Every,
    IReadOnlyList<string> Automations,
    IReadOnlyList<(string Label, string? Value)> Labels,
    string? Output,
    string StoragePath
);
