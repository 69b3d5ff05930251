namespace Exporter.SendGrid;

/// <summary>All results of a finished walk.</summary>
/// <param name="Rows">The rows of all pages, in order.</param>
/// <param name="CountMismatch">Whether <c>_metadata.count</c> disagreed with the rows, twice in the same way.</param>
/// <param name="TotalClicks">The API's own sum, from the last page; <see langword="null"/> when it reports none.</param>
internal sealed record WalkResult<TRow>(IReadOnlyList<TRow> Rows, bool CountMismatch, long? TotalClicks)
{
    /// <summary>The result of an empty list.</summary>
    public static WalkResult<TRow> None { get; } = new([], CountMismatch: false, TotalClicks: null);

    /// <summary>The 404 that was answered instead, if it was. Whether that stands for no rows, who knows of earlier rows decides.</summary>
    public ApiError? NotFound { get; private init; }

    /// <summary>The result that a 404 stands for where nothing was ever found: no rows.</summary>
    public static WalkResult<TRow> Absent(ApiError notFound) => None with { NotFound = notFound };
}
