using Exporter.SendGrid.Keys;

namespace Exporter.Polling;

/// <summary>Applies answers about the key, and chooses the request that asks while the key is refused.</summary>
internal static class KeyTransitions
{
    /// <summary>Applies what the answers so far say about the key in use.</summary>
    public static AccountState ApplyKeyStanding(this AccountState state, KeyStanding key, DateTimeOffset now)
    {
        if (key == state.Key)
        {
            return state;
        }

        var wasRefused = state.Key.IsRefused;
        var isAnotherKey = state.Key.KeyNumber > 0 && key.KeyNumber != state.Key.KeyNumber;
        var next = state with
        {
            Key = key,
            Snapshot =
                key.IsAccepted is { } accepted && accepted != state.Snapshot.KeyAccepted
                    ? state.Snapshot with
                    {
                        KeyAccepted = accepted,
                    }
                    : state.Snapshot,
        };
        if (key.IsRefused && !wasRefused)
        {
            return next with { Probe = next.Probe with { Schedule = Probing.From(now) } };
        }

        // What another key was answered says nothing about this one.
        next = isAnotherKey ? next.ForgetWaits(now) : next;
        return isAnotherKey || (wasRefused && !key.IsRefused) ? next.WakeRefused(now).Published() : next;
    }

    /// <summary>
    /// When a probe is due, chooses who it is and makes that due: the campaign that was asked longest ago, or a list where no campaign can
    /// be started. Each has its turn: one that is refused for itself must not be the only one that is ever asked. Only what has a place
    /// and may be asked is chosen: for one that must wait, the loop would look again and again.
    /// </summary>
    public static AccountState ChooseProber(this AccountState state, DateTimeOffset now)
    {
        if (now < state.NextProbe)
        {
            return state.Probe.Chosen is null ? state : state with { Probe = state.Probe with { Chosen = null } };
        }

        if (state.Startable.Where(each => !(each.NotBefore > now)).LongestNotAsked() is { } campaign)
        {
            state = state with { Probe = state.Probe with { Chosen = Prober.Of(campaign) } };
            return campaign.Due < now ? state : state.With(campaign with { Due = now });
        }

        var lists = state.StartableLists.Where(list => !(state.Lists.WaitOf(list) > now)).ToList();
        var chosen = Prober.List(lists[state.Probe.ListTurns % lists.Count]);
        return state with
        {
            Probe = state.Probe with { Chosen = chosen, ListTurns = state.Probe.ListTurns + 1 },
            Lists = state.Lists.NoLaterThan(now),
        };
    }

    /// <summary>Something begins while the key is refused: only the chosen probe sends a request.</summary>
    public static (AccountState State, PollStart Start) BeginWhileRefused(this AccountState state, Prober who, DateTimeOffset now) =>
        state.Probe.Chosen == who
            ? (state with { Probe = state.Probe.Begin(now, state.Plan.Poll.Interval) }, new PollStart(Known: null, IsProbe: true))
            : (state, new PollStart(AccountRefusal.NotAsked(state.Key.Refusal!)));

    /// <summary>The first good answer after a refusal, or another key, ends the waiting of all.</summary>
    public static AccountState WakeRefused(this AccountState state, DateTimeOffset now) =>
        state with
        {
            Lists = state
                .Lists.ForgetWaits(
                    state.Snapshot.Discovery.Where(static list => list.Value.LastReason.IsRefusal()).Select(static list => list.Key)
                )
                .NoLaterThan(now),
            Campaigns = state.Campaigns.Map(campaign =>
                !campaign.IsDelisted && campaign.LastFailure.IsRefusal() ? campaign with { Due = now, NotBefore = null } : campaign
            ),
        };

    /// <summary>The one that was asked longest ago; the others go before one that hangs, for some intervals.</summary>
    public static CampaignState? LongestNotAsked(this IEnumerable<CampaignState> campaigns) =>
        campaigns.MinBy(static campaign =>
            campaign.LastAsked is { } asked ? asked + CampaignQueue.LeftBehind(campaign) : DateTimeOffset.MinValue
        );
}
