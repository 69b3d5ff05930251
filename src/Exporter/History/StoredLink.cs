namespace Exporter.History;

/// <summary>A link. Moments are milliseconds since the epoch.</summary>
/// <param name="First">First half of its email.</param>
/// <param name="Second">Second half of its email.</param>
/// <param name="Location">Its place.</param>
/// <param name="Clicks">Its total.</param>
/// <param name="Urls">As shown then.</param>
/// <param name="LastIncrease">When it last grew.</param>
/// <param name="ShownUntil">End of the grace time of a vanished one.</param>
/// <param name="NoPages">
/// Those of the URLs that lead to no page; <see langword="null"/> when each does, or an older version wrote it.
/// </param>
internal sealed record StoredLink(
    string First,
    string Second,
    string Location,
    long Clicks,
    IReadOnlyList<string> Urls,
    long? LastIncrease,
    long? ShownUntil,
    IReadOnlyList<string>? NoPages = null
);
