using System.Collections.Immutable;
using Exporter.Snapshots;

namespace Exporter.Polling;

/// <summary>The complete walks of one attempt.</summary>
/// <param name="Links">The rows of the links walk.</param>
/// <param name="ReportedClicks">The API's own total.</param>
/// <param name="CountMismatch">Whether a walk's count disagreed.</param>
/// <param name="Statistics">The statistics walk, summed by email; empty when it is off.</param>
internal sealed record PollFindings(
    IReadOnlyCollection<ObservedLink> Links,
    long? ReportedClicks,
    bool CountMismatch,
    ImmutableArray<EmailStatistics> Statistics
)
{
    /// <inheritdoc cref="CampaignData.IsAbsent"/>
    public bool IsAbsent { get; init; }
}
