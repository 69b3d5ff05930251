namespace Exporter.SendGrid.Wire;

/// <summary>What the page walk needs of a row.</summary>
internal interface IRow
{
    /// <summary>
    /// Whether the row belongs to a group: <see langword="false"/> when the API answered for everything together (<c>all</c>, empty or
    /// absent).
    /// </summary>
    bool IsGrouped { get; }

    /// <summary>
    /// What makes the row the same row when it is seen again on another page; <see langword="null"/> when nothing in it does.
    /// </summary>
    (string, string, string, string)? Identity { get; }
}
