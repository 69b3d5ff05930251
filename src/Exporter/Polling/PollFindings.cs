using System.Collections.Immutable;
using Exporter.SendGrid;
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
    /// <summary>The 404 for the links, which are then empty; <see langword="null"/> when there was none.</summary>
    public ApiError? LinksNotFound { get; init; }

    /// <summary>The same for the statistics.</summary>
    public ApiError? StatisticsNotFound { get; init; }

    /// <summary>
    /// Returns the 404 for something that had rows before: that is a failure, and not "no data yet". <see langword="null"/> when there is
    /// none.
    /// </summary>
    /// <param name="known">What is known of the campaign.</param>
    public ApiError? LostFrom(CampaignData? known) =>
        (known?.HadLinks == true ? LinksNotFound : null) ?? (known?.HadStatistics == true ? StatisticsNotFound : null);
}
