namespace Exporter.Snapshots;

/// <summary>Which links are shown, and how.</summary>
internal sealed record LinksOptions
{
    /// <summary>The part of a link's URL that is shown. Default: scheme, host and path.</summary>
    public UrlDisplay Url { get; init; } = UrlDisplay.Path;

    /// <summary>
    /// The number of links, the biggest by clicks, that keep a series of their own in each automation and each Single Send, 1 to
    /// 100,000; the rest are summed. Default 2000. The key is <c>max_per_automation</c>.
    /// </summary>
    public int MaxPerCampaign { get; init; } = 2000;

    /// <summary>The time for which a vanished link keeps its presence series at 0. Default 24 hours.</summary>
    public TimeSpan MissingGrace { get; init; } = TimeSpan.FromHours(24);
}
