using Exporter.Snapshots;

namespace Exporter.Web.Pages;

/// <summary>The status of one automation or Single Send.</summary>
internal sealed record CampaignStatus(
    string Kind,
    string Id,
    string Label,
    string? Name,
    HealthState State,
    string? Reason,
    string? Cause,
    string? LastError,
    string? Advice,
    bool? Listed,
    DateTimeOffset? LastSuccess,
    double? AgeSeconds,
    DateTimeOffset? LastAttempt,
    DateTimeOffset? NextPoll,
    double IntervalSeconds,
    int? Links,
    long? Clicks,
    IReadOnlyList<AttemptStatus> RecentPolls
)
{
    /// <param name="maxAge">The age at which values are no longer served.</param>
    public static CampaignStatus FromCampaign(CampaignSnapshot campaign, TimeSpan maxAge, DateTimeOffset now)
    {
        var (health, served) = (campaign.Health, campaign.ServableData(now, maxAge));
        var isUnknown = campaign.IsListed == false && health.Up == true && served is { Links.Links.Length: 0, Statistics.Length: 0 };
        return new(
            campaign.Kind.Label(),
            campaign.Id,
            campaign.Label,
            campaign.Name,
            isUnknown ? HealthState.Failing : StateOf(health, served is not null),
            isUnknown ? "not_listed" : Reasoned(health, FailureReasons.Label),
            isUnknown ? FailureAdvice.LabelOf(FailureCause.NotFound) : CauseOf(health),
            isUnknown ? "The account's list does not contain it, and it has no statistics." : health.LastError,
            isUnknown ? FailureAdvice.For(FailureCause.NotFound) : AdviceFor(health),
            campaign.IsListed,
            health.LastSuccess,
            health.LastSuccess is { } at ? Math.Max(0, (now - at).TotalSeconds) : null,
            health.LastAttempt,
            campaign.NextPoll,
            campaign.Interval.TotalSeconds,
            served?.Links.Links.Length,
            served?.Links.Links.Select(link => link.Clicks).Aggregate(0L, Counts.SaturatingAdd),
            [
                .. health.Recent.Select(attempt => new AttemptStatus(
                    attempt.At,
                    attempt.Duration.TotalSeconds,
                    attempt.Pages,
                    attempt.Reason is { } reason ? reason.Label() : null,
                    attempt.Error
                )),
            ]
        );
    }

    public static string? Reasoned(PollHealth health, Func<FailureReason, string> say) =>
        health.LastReason is { } reason ? say(reason) : null;

    /// <summary>Returns the label of the last failure's cause; <see langword="null"/> while it is not known.</summary>
    public static string? CauseOf(PollHealth health) => health.LastCause is { } cause ? FailureAdvice.LabelOf(cause) : null;

    /// <summary>
    /// Returns advice for the last failure. After a restart its cause is unknown until the next attempt; the usual cause of its reason is
    /// the best guess.
    /// </summary>
    public static string? AdviceFor(PollHealth health) =>
        (health.LastCause ?? (health.LastReason is { } reason ? FailureAdvice.UsualCause(reason) : null)) is { } cause
            ? FailureAdvice.For(cause)
            : null;

    private static HealthState StateOf(PollHealth health, bool isServed) =>
        health.Up switch
        {
            null => HealthState.Waiting,
            _ when !isServed => HealthState.Stale,
            true => HealthState.Good,
            false => HealthState.Failing,
        };
}
