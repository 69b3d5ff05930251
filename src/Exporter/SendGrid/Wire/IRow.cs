namespace Exporter.SendGrid.Wire;

/// <summary>The members of a row that the walk needs.</summary>
internal interface IRow
{
    /// <summary>
    /// Whether the row belongs to a group: <see langword="false"/> when the API answered for everything together (<c>all</c>, empty or
    /// absent).
    /// </summary>
    bool IsGrouped { get; }

    /// <summary>The identity by which the row is recognised on another page; <see langword="null"/> when the row has none.</summary>
    (string, string, string, string)? Identity { get; }
}
