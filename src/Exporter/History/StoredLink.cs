namespace Exporter.History;

/// <summary>A link. Moments are milliseconds since the epoch.</summary>
/// <param name="First">The step or variation of its email.</param>
/// <param name="Second">The phase of its email.</param>
/// <param name="Location">Its position in the email.</param>
/// <param name="Urls">The URLs as shown then.</param>
/// <param name="LastIncrease">The time of the last increase.</param>
/// <param name="ShownUntil">The end of a vanished link's grace.</param>
/// <param name="NoPages">
/// Those of the URLs that lead to no page; <see langword="null"/> when all do, or when an older version wrote the link.
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
