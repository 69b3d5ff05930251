using Exporter.Snapshots;

namespace Exporter.Polling;

/// <summary>Applies polls of campaigns to an account.</summary>
internal static class PollTransitions
{
    /// <summary>A poll begins.</summary>
    /// <returns>Also how it begins: perhaps the answer is known without a request.</returns>
    public static (AccountState State, PollStart Start) BeginPoll(this AccountState state, CampaignState campaign, DateTimeOffset now)
    {
        var (next, start) = state switch
        {
            { Key.IsRefused: true } => state.BeginWhileRefused(Prober.Of(campaign), now),
            { Campaigns.AreAllForbidden: true } => state.BeginWhileForbidden(campaign, now),
            _ => (state, default),
        };
        var running = campaign.Begin(state.Answers.Walks, now);
        return (next.With(start.Known is null ? running with { LastAsked = campaign.Due } : running), start);
    }

    /// <summary>
    /// A poll ended that began under options that are not in force any more. Its outcome says nothing about those that are: it is made
    /// again at once.
    /// </summary>
    /// <param name="state">The account.</param>
    /// <param name="polled">The campaign.</param>
    /// <param name="now">The time.</param>
    /// <param name="notBefore">The time before which the API asked not to be asked for it, if that still counts.</param>
    public static AccountState RepeatPoll(this AccountState state, CampaignState polled, DateTimeOffset now, DateTimeOffset? notBefore)
    {
        return state.Campaigns.Find(polled) is { } campaign
            ? state.With(campaign with { IsRunning = false, NotBefore = notBefore, Due = notBefore > now ? notBefore.Value : now })
            : state;
    }

    /// <summary>A poll ended. A canceled one, or one of a campaign that is not polled any more, leaves no trace.</summary>
    public static AccountState CompletePoll(this AccountState state, CampaignState polled, PollOutcome outcome, DateTimeOffset now)
    {
        if (state.Campaigns.Find(polled) is not { } running)
        {
            return state;
        }

        outcome = outcome.JudgedBy(running.Snapshot.Data);
        state = state.With(running with { IsRunning = false });
        if (outcome.Error is { Reason: FailureReason.Canceled })
        {
            return state;
        }

        if (outcome.Error is null && state.Campaigns.AreAllForbidden)
        {
            state = state.WakeRefused(now);
        }

        if (polled.Kind == CampaignKind.Automation)
        {
            state = state with { Answers = state.Answers.After(running, isAnswer: outcome.Found is not null) };
        }

        var campaign = state.Campaigns.Find(polled)!.Complete(outcome, state.Plan, state.Answers, now);
        var due = Schedule.AfterAttempt(later => state.NextInGrid(campaign, later), campaign.LastStarted ?? now, now, campaign.NotBefore);
        return state.With(campaign with { Due = due }).Published();
    }

    /// <summary>
    /// An outcome could not be applied, because of a mistake in this program. The last values stay, and the next poll comes
    /// an interval later.
    /// </summary>
    public static AccountState AbandonPoll(this AccountState state, CampaignState polled, DateTimeOffset now)
    {
        return state.Campaigns.Find(polled) is { } campaign
            ? state.With(campaign with { IsRunning = false, Due = now + campaign.Interval })
            : state;
    }

    /// <summary>Removes campaigns that lists no longer name once their last values are too old to be served.</summary>
    public static AccountState DropAgedOut(this AccountState state, DateTimeOffset now)
    {
        var gone = state
            .Campaigns.Gone.Where(campaign => !campaign.IsRunning && now - campaign.LastSeen > state.Plan.Poll.MaxAge)
            .Select(static campaign => campaign.Key)
            .ToHashSet();
        return gone.Count == 0 ? state : state.Remove(gone).Published();
    }

    /// <summary>Removes campaigns for good: saved state does not bring them back.</summary>
    public static AccountState Remove(this AccountState state, IReadOnlySet<CampaignKey> campaigns) =>
        campaigns.Count == 0 ? state : state.Keeping(state.Campaigns.All.Where(campaign => !campaigns.Contains(campaign.Key)), campaigns);

    /// <summary>
    /// Once per interval one campaign asks: the one that was asked longest ago, even when the poll of another one is due. So each has its
    /// turn, and no turn waits for a long interval. If only the one that is due asked, it might be forbidden for itself for ever.
    /// </summary>
    /// <remarks>
    /// Measured by when polls are due, not by when they start: two starts of one campaign are a little more or less than an interval apart,
    /// and every second one would be taken for too early.
    /// </remarks>
    private static (AccountState State, PollStart Start) BeginWhileForbidden(
        this AccountState state,
        CampaignState campaign,
        DateTimeOffset now
    )
    {
        if (state.Asker == campaign.Key)
        {
            return (state with { Asker = null }, default);
        }

        if (!AccountRefusal.MayAsk(state.LastAsked, campaign.Definition.Interval, campaign.Due))
        {
            return (state, new PollStart(AccountRefusal.EverythingForbidden));
        }

        state = state with { LastAsked = campaign.Due, Asker = null };
        var next = state.Campaigns.Listed.Where(each => !each.IsRunning && !(each.NotBefore > now)).LongestNotAsked();
        return next is null || next.Key == campaign.Key
            ? (state, default)
            : ((state with { Asker = next.Key }).With(next.DueNoLaterThan(now)), new PollStart(AccountRefusal.EverythingForbidden));
    }
}
