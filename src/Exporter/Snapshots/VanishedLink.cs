namespace Exporter.Snapshots;

/// <summary>A link that an earlier walk had and the last walk did not.</summary>
/// <param name="Link">The link as it was last seen.</param>
/// <param name="ShownUntil">The end of <c>links.missing_grace</c>.</param>
internal sealed record VanishedLink(Link Link, DateTimeOffset ShownUntil);
