namespace Exporter.SendGrid.Wire;

/// <summary>What the page walk needs of a page, whatever its rows are.</summary>
internal interface IPage<TRow>
{
    /// <summary>The rows; <see langword="null"/> when the answer had no such key. Null in the answer is an empty list.</summary>
    IReadOnlyList<TRow>? Rows { get; }

    Metadata? Metadata { get; }

    /// <summary>The sum over the whole list as the API reports it; <see langword="null"/> for lists without one.</summary>
    long? TotalClicks { get; }
}
