using Exporter.Snapshots;

namespace Exporter.Polling;

/// <summary>
/// Applies the times before which the API asked not to be asked again. The gate keeps each by path and key, and has the last word whenever
/// something is due; the account keeps a copy to plan by, which is forgotten as soon as it may be about something else.
/// </summary>
internal static class WaitTransitions
{
    /// <summary>
    /// A poll was due before the time at which the API wants to be asked for the campaign: it is due then. The campaign does not know the
    /// time itself when it was delisted, removed or renamed since the API named it.
    /// </summary>
    public static AccountState PostponePoll(this AccountState state, CampaignState campaign, DateTimeOffset until) =>
        state.With(campaign with { NotBefore = until, Due = until }).Published();

    /// <summary>
    /// The same for a list. The wait is known from then on: a probe that is due would choose the list again at once.
    /// </summary>
    public static AccountState PostponeDiscovery(this AccountState state, CampaignKind kind, DateTimeOffset until) =>
        state.Snapshot.Discovery.ContainsKey(kind) ? state with { Lists = state.Lists.End(kind, until, until) } : state;

    /// <summary>Another server is asked now, or with another key: what was said to the former one is not about it.</summary>
    public static AccountState ForgetWaits(this AccountState state, DateTimeOffset now) =>
        (state with { Lists = state.Lists.ForgetWaits(state.Snapshot.Discovery.Keys).NoLaterThan(now) }).ForgetWaitsOf(
            static _ => true,
            now
        );

    /// <summary>
    /// After a reload: forgets what was said to another server or key; and of each campaign that is asked for something else now, unless it
    /// was about the key.
    /// </summary>
    public static AccountState ForgetWaits(this AccountState state, AccountOptions before, DateTimeOffset now)
    {
        var after = state.Account;
        return before.Api.IsAskedAs(after.Api)
            ? state.ForgetWaitsOf(
                campaign =>
                    CampaignPolicy.Of(campaign.Kind) is var policy
                    && policy.HasStatistics(before) != policy.HasStatistics(after)
                    && !campaign.LastFailure.IsRefusal(),
                now
            )
            : state.ForgetWaits(now);
    }

    /// <summary>Whether a failure was about the key: its wait ends with the refusal, any other one holds.</summary>
    public static bool IsRefusal(this FailureReason? failure) => failure is FailureReason.Unauthorized or FailureReason.Forbidden;

    private static AccountState ForgetWaitsOf(this AccountState state, Func<CampaignState, bool> which, DateTimeOffset now) =>
        state with
        {
            Campaigns = state.Campaigns.Map(campaign =>
                campaign.NotBefore is null || campaign.IsDelisted || !which(campaign)
                    ? campaign
                    : campaign with
                    {
                        NotBefore = null,
                        Due = now,
                    }
            ),
        };
}
