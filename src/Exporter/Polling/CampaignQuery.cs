using Exporter.Snapshots;

namespace Exporter.Polling;

/// <summary>A question about one campaign. What the answer means is decided when it is applied.</summary>
/// <param name="WithStatistics">Whether to ask for statistics beside links.</param>
internal readonly record struct CampaignQuery(CampaignKind Kind, string Id, bool WithStatistics);
