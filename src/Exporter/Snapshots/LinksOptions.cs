namespace Exporter.Snapshots;

/// <summary>How links are shown and how many of them.</summary>
internal sealed record LinksOptions
{
    /// <summary>How much of a link's URL is shown. Default: scheme, host and path.</summary>
    public UrlDisplay Url { get; init; } = UrlDisplay.Path;

    /// <summary>
    /// The biggest links by clicks that keep a series of their own in each automation, 1 to 100,000; the rest are summed. Default 2000.
    /// </summary>
    public int MaxPerAutomation { get; init; } = 2000;

    /// <summary>A link that vanished keeps its presence series at 0 this long. Default 24 hours.</summary>
    public TimeSpan MissingGrace { get; init; } = TimeSpan.FromHours(24);
}
