using Exporter.Snapshots;

namespace Exporter.Web.Pages;

/// <summary>The status of a list of campaigns to poll.</summary>
internal sealed record DiscoveryStatus(
    string Kind,
    HealthState State,
    string? Reason,
    string? Cause,
    string? LastError,
    string? Advice,
    DateTimeOffset? LastSuccess
)
{
    public static DiscoveryStatus FromHealth(CampaignKind kind, PollHealth health) =>
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
            health.LastSuccess
        );
}
