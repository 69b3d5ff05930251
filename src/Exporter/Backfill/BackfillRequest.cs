namespace Exporter.Backfill;

/// <summary>The options of a <c>backfill</c>.</summary>
/// <param name="First">The first day, UTC.</param>
/// <param name="Until">The time of the last sample; see <see cref="BackfillEnd"/>.</param>
/// <param name="Today">The day on which the run began.</param>
/// <param name="Every">The time between two samples.</param>
/// <param name="Automations">Ids or names; empty means all.</param>
/// <param name="Labels">The labels that a scrape would add to each series.</param>
/// <param name="Output">A file; <see langword="null"/> means standard output.</param>
/// <param name="StoragePath">The directory of the saved state.</param>
internal sealed record BackfillRequest(
    BackfillOrigin Source,
    DateOnly First,
    DateTimeOffset Until,
    DateOnly Today,
    TimeSpan Every,
    IReadOnlyList<string> Automations,
    IReadOnlyList<(string Label, string? Value)> Labels,
    string? Output,
    string StoragePath
)
{
    /// <summary>Whether the last hours are wanted and left out, because they are too new to be imported.</summary>
    public bool LeavesOutTheLast { get; init; }

    /// <summary>The last day of which something is written, UTC.</summary>
    public DateOnly Last => DateOnly.FromDateTime(Until.UtcDateTime.AddTicks(-1));
}
