namespace Exporter.SendGrid.Wire;

/// <summary>The members of a page that the walk needs, whatever its rows are.</summary>
internal interface IPage<TRow>
{
    /// <summary>The rows; <see langword="null"/> when the answer has no such key. A null value of the key is an empty list.</summary>
    IReadOnlyList<TRow>? Rows { get; }

    Metadata? Metadata { get; }

    /// <summary>The sum over the whole list as the API reports it; <see langword="null"/> for lists without one.</summary>
    long? TotalClicks { get; }
}
