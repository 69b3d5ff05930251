using System.Collections.Immutable;
using Exporter.Snapshots;

namespace Exporter.Polling;

/// <summary>Applies a reload, and a clock that was set, to an account.</summary>
internal static class PlanTransitions
{
    /// <summary>
    /// Puts another plan of the same account in force. What stays keeps its values, counters and schedule, under a new name, too. What is
    /// not asked for any more goes at once, whatever is in flight.
    /// </summary>
    public static AccountState Reconfigure(this AccountState state, AccountPlan next, DateTimeOffset now)
    {
        var before = state.Plan;
        state = (state with { Plan = next, Snapshot = state.Snapshot with { Identity = next.Account.Identity } }).ChangeLists(before, now);
        var change = CampaignChange.Compare(next, [.. state.Campaigns.All], now);
        var stay = change
            .Stay.Select(each => (Before: each.Campaign, After: each.Campaign.Redefine(each.Definition, before, next, now)))
            .ToList();
        var gone = state.Campaigns.All.ExceptBy(stay.Select(static each => each.After.Key), static campaign => campaign.Key);
        var removed = gone.Where(each => !MayBeSaved(state, each)).Select(static campaign => campaign.Key);
        state = (state.Keeping(stay.Select(static each => each.After), removed) with { Saved = state.Saved.Reconfigure(before, next, now) })
            .HideUnknownPages(before)
            .Add([.. change.New.Select(static definition => (definition, (DateTimeOffset?)null))], now)
            .ForgetUnwanted(now);

        // No wait grows by a reload: values must not age out because the interval became longer.
        var hastened = stay.Where(static each =>
                each.Before.Interval != each.After.Interval || (each.Before.IsDelisted && !each.After.IsDelisted)
            )
            .Select(static each => each.After.Key)
            .ToHashSet();
        var campaigns = state.Campaigns.Map(campaign =>
            hastened.Contains(campaign.Key) ? campaign.DueNoLaterThan(state.NextInGrid(campaign, now)) : campaign
        );
        state = (state with { Campaigns = campaigns }).ForgetWaits(before.Account, now);
        if (state.Key.IsRefused || state.Campaigns.AreAllForbidden)
        {
            // The reload may have mended the key, and the operator wants to see it work.
            state = (state with { Probe = state.Probe with { Schedule = Probing.At(now) }, LastAsked = null }).WakeRefused(now);
        }

        return state.Published();
    }

    /// <summary>
    /// The clock was set: what was seen and planned by the old time is expressed in the new one, so that no age and no wait grows or
    /// shrinks by the difference.
    /// </summary>
    public static AccountState ShiftBy(this AccountState state, TimeSpan by, ClockReading reading) =>
        (
            state with
            {
                Snapshot = state.Snapshot.ShiftBy(by, reading),
                Anchor = state.Anchor.ShiftedBy(by),
                LastAsked = state.LastAsked.ShiftedBy(by),
                Probe = state.Probe with { Schedule = state.Probe.Schedule.ShiftBy(by) },
                Lists = state.Lists.ShiftBy(by),
                Saved = state.Saved.ShiftBy(by, reading.Time),
                Campaigns = state.Campaigns.Map(campaign => campaign.ShiftBy(by, reading.Time)),
            }
        ).Published();

    /// <summary>Other lists may be asked for than before.</summary>
    private static AccountState ChangeLists(this AccountState state, AccountPlan before, DateTimeOffset now)
    {
        var (asked, snapshot) = (state.Account.Discovered.ToList(), state.Snapshot);
        return state with
        {
            // Whoever is asked now tells the names anew.
            Names = state.Account.FindsTheSame(CampaignKind.Automation, before.Account) ? state.Names : [],
            Lists = state.Lists.Reconfigure(
                asked,
                kind => state.Account.FindsTheSame(kind, before.Account),
                state.Plan.Poll.DiscoveryInterval,
                now
            ),
            ReportedLists = state.ReportedLists.RemoveRange(state.ReportedLists.Keys.Except(asked)),
            Campaigns = state.Campaigns.Map(campaign =>
                asked.Contains(campaign.Kind) || campaign.Snapshot.IsListed is null
                    ? campaign
                    : campaign with
                    {
                        Snapshot = campaign.Snapshot with { IsListed = null },
                    }
            ),
            Snapshot = snapshot with
            {
                Discovery = asked.ToImmutableSortedDictionary(
                    static kind => kind,
                    kind => snapshot.Discovery.GetValueOrDefault(kind, PollHealth.Untried)
                ),
                SkippedRows = snapshot.SkippedRows.RemoveRange(snapshot.SkippedRows.Keys.Except(asked)),
                Namesakes = snapshot.Namesakes.RemoveRange(snapshot.Namesakes.Keys.Except(asked)),
                NamelessIn = snapshot.NamelessIn.Intersect(asked),
            },
        };
    }

    /// <summary>
    /// Whether saved state that is still awaited may show that discovery found the campaign. A campaign of which that is known stays when
    /// the configuration no longer names it.
    /// </summary>
    private static bool MayBeSaved(AccountState state, CampaignState campaign) =>
        state.Snapshot.Awaited is not null
        && campaign.Snapshot is { IsListed: null, Data: null or { IsAbsent: true } }
        && state.Snapshot.Discovery.ContainsKey(campaign.Kind)
        && CampaignPolicy.Of(campaign.Kind).MayDiscover(state.Account)(campaign.Id);

    /// <summary>Pages that the configuration hid so far are not known: walks have to find them again.</summary>
    private static AccountState HideUnknownPages(this AccountState state, AccountPlan before) =>
        !before.Links.Url.HasLandingPages() && state.Plan.Links.Url.HasLandingPages()
            ? state with
            {
                SavedLandingPages = SavedLandingPages.None,
                Snapshot = state.Snapshot with { LandingPages = SavedLandingPages.None },
            }
            : state;
}
