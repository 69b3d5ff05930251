using Exporter.Snapshots;

namespace Exporter.Web.Pages;

/// <summary>The status of a list of campaigns to poll.</summary>
/// <param name="LeftOut">The ids in it that are not polled because another campaign is configured to be called so.</param>
internal sealed record DiscoveryStatus(
    string Kind,
    HealthState State,
    string? Reason,
    string? Cause,
    string? LastError,
    string? Advice,
    DateTimeOffset? LastSuccess,
    IReadOnlyList<string> LeftOut
)
{
    public static DiscoveryStatus FromHealth(CampaignKind kind, PollHealth health, IReadOnlyList<string> leftOut) =>
        new(
            kind.Label(),
            health.Up switch
            {
                null => HealthState.Waiting,
                true => HealthState.Good,
                false => HealthState.Failing,
            },
            CampaignStatus.Reasoned(health, FailureReasons.Label),
            CampaignStatus.CauseOf(health),
            health.LastError,
            CampaignStatus.AdviceFor(health),
            health.LastSuccess,
            leftOut
        );
}
