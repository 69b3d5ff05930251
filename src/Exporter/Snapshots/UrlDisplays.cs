namespace Exporter.Snapshots;

/// <summary>What follows from how much of a URL is shown.</summary>
internal static class UrlDisplays
{
    /// <summary>Whether what is shown is a page that can be asked for.</summary>
    public static bool HasPages(this UrlDisplay display) => display >= UrlDisplay.Path;
}
