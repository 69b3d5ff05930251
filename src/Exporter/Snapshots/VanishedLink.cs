namespace Exporter.Snapshots;

/// <summary>A link that was there once and was not in the last walk.</summary>
/// <param name="Link">As it was seen last.</param>
/// <param name="ShownUntil">End of <c>links.missing_grace</c>.</param>
internal sealed record VanishedLink(Link Link, DateTimeOffset ShownUntil);
