namespace Exporter.SendGrid;

/// <summary>Everything a finished walk found.</summary>
/// <param name="Rows">The rows of all pages, in order.</param>
/// <param name="CountMismatch">Whether <c>_metadata.count</c> disagreed with the rows, twice in the same way.</param>
/// <param name="TotalClicks">The API's own sum, from the last page; <see langword="null"/> when it reports none.</param>
internal sealed record WalkResult<TRow>(IReadOnlyList<TRow> Rows, bool CountMismatch, long? TotalClicks)
{
    /// <summary>An empty list.</summary>
    public static WalkResult<TRow> None { get; } = new([], CountMismatch: false, TotalClicks: null);

    /// <summary>The same walk with some of its rows.</summary>
    public WalkResult<TRow> Where(Func<TRow, bool> isWanted) => this with { Rows = [.. Rows.Where(isWanted)] };

    /// <summary>The same walk with other rows for its own.</summary>
    public WalkResult<TOther> Select<TOther>(Func<TRow, TOther> change) => new([.. Rows.Select(change)], CountMismatch, TotalClicks);
}
