using Exporter.Snapshots;

namespace Exporter.Polling;

/// <summary>A question about one campaign.</summary>
/// <param name="WithStatistics">Whether to ask for statistics beside links.</param>
/// <param name="HadLinks">Whether links were ever seen: then a 404 is a failure and not "no data yet".</param>
/// <param name="HadStatistics">The same for statistics.</param>
internal readonly record struct CampaignQuery(
    CampaignKind Kind,
    string Id,
    bool WithStatistics,
    bool HadLinks = false,
    bool HadStatistics = false
);
