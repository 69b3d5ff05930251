namespace Exporter.Snapshots;

/// <summary>Facts that follow from a <see cref="UrlDisplay"/>.</summary>
internal static class UrlDisplays
{
    /// <summary>Whether the shown URL names a page that can be requested.</summary>
    public static bool HasLandingPages(this UrlDisplay display) => display >= UrlDisplay.Path;
}
