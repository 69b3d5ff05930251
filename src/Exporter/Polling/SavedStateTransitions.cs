using Exporter.Snapshots;

namespace Exporter.Polling;

/// <summary>Creates the state of an account, and adds saved state to it.</summary>
internal static class SavedStateTransitions
{
    /// <summary>The account at the start: what the configuration lists, and what a former run saved.</summary>
    /// <param name="plan">What is to be done.</param>
    /// <param name="now">The time.</param>
    /// <param name="clock">
    /// The reading that <paramref name="now"/> comes from; <see langword="null"/> when it is not compared later.
    /// </param>
    public static AccountState Begin(AccountPlan plan, DateTimeOffset now, ClockReading? clock = null)
    {
        var snapshot = plan.Empty() with { Clock = clock, Awaited = plan.Saved.MayHoldMore ? plan.Account.Identity : null };
        var state = new AccountState
        {
            Plan = plan,
            Snapshot = snapshot,
            Campaigns = CampaignTable.Create([]),
            Lists = snapshot.Discovery.Keys.Aggregate(ListSchedule.Empty, (lists, kind) => lists.Plan(kind, now)),
            Probe = new ProbeTurn(Probing.From(now)),
            Anchor = now,
            Saved = SavedCampaigns.Read(plan.Saved, plan, now),
            SavedLandingPages = plan.Saved.LandingPagesUnder(plan.Links.Url),
        };
        state = state
            .Add([.. plan.Account.Configured(plan.Poll.Interval).Select(static definition => (definition, (DateTimeOffset?)null))], now)
            .ForgetUnwanted(now)
            .AddServable(now);
        return (
            state with
            {
                IsRestored = HasKnown(state),
                Campaigns = CampaignTable.Create(Schedule.Resume([.. state.Campaigns.All], plan.Poll.MaxAge, now)),
            }
        ).Published();
    }

    /// <summary>
    /// Adds what a former run knew and this one does not, because the store could not be read at the start. The account becomes what it
    /// would be if the store had been read then: what this run has walked itself is newer and continues what was saved. A campaign that it
    /// does not know may be one that it will find, where its list has not been walked yet. What this run has removed stays away.
    /// </summary>
    public static AccountState Resume(this AccountState state, SavedAccount late, DateTimeOffset now)
    {
        var saved = SavedCampaigns.Read(late, state.Plan, now).Without(state.Removed);
        state = state with
        {
            Snapshot = state.Snapshot with { Awaited = late.MayHoldMore ? state.Snapshot.Awaited : null },
            Saved = state.Saved.Add(saved),
            Removed = late.MayHoldMore ? state.Removed : [],
            SavedLandingPages = late.LandingPagesUnder(state.Plan.Links.Url),
        };
        var known = state.Campaigns.All.Select(static campaign => campaign.Key).ToList();
        state = (
            state with
            {
                Campaigns = state.Campaigns.Map(campaign =>
                    state.Saved.Find(campaign.Key) is { } found ? campaign.ResumeLate(found, state.Plan, now) : campaign
                ),
                Saved = state.Saved.Without(known),
            }
        )
            .ForgetUnwanted(now)
            .AddServable(now);
        return (state with { IsRestored = state.IsRestored || HasKnown(state) }).Published();
    }

    /// <summary>Adds campaigns, each with what was saved of it.</summary>
    /// <param name="state">The account.</param>
    /// <param name="added">Their definitions, and since when lists do not name them.</param>
    /// <param name="now">When they are due.</param>
    public static AccountState Add(
        this AccountState state,
        IReadOnlyList<(CampaignDefinition Definition, DateTimeOffset? DelistedAt)> added,
        DateTimeOffset now
    )
    {
        if (added.Count == 0)
        {
            return state;
        }

        var campaigns = added.Index().Select(each => New(state.NextNumber + each.Index, each.Item)).ToList();
        return state with
        {
            NextNumber = state.NextNumber + added.Count,
            Campaigns = CampaignTable.Create(state.Campaigns.All.Concat(campaigns)),
            Saved = state.Saved.Without(campaigns.Select(static campaign => campaign.Key)),
        };

        CampaignState New(long number, (CampaignDefinition Definition, DateTimeOffset? DelistedAt) added)
        {
            var campaign = CampaignState.Create(added.Definition, number, now) with { DelistedAt = added.DelistedAt };
            return state.Saved.Find(campaign.Key) is { } saved ? campaign.ResumeFrom(saved, state.Plan.Poll, now) : campaign;
        }
    }

    /// <summary>Keeps of the saved campaigns only those that the first list without a nameless row may still name.</summary>
    public static AccountState ForgetUnwanted(this AccountState state, DateTimeOffset now)
    {
        var known = state.Campaigns.All.Select(static campaign => campaign.Key).ToHashSet();
        var isStillWanted = state.Account.StillWanted();
        return state with { Saved = state.Saved.Keep(IsWanted) };

        bool IsWanted(CampaignSnapshot saved) =>
            state.Snapshot.Discovery.GetValueOrDefault(saved.Kind) is { } list
            && (list.LastSuccess is null || state.Snapshot.NamelessIn.Contains(saved.Kind))
            && !known.Contains(saved.Key)
            && isStillWanted(saved, now);
    }

    private static bool HasKnown(AccountState state) => state.Campaigns.All.Any(static campaign => campaign.IsKnown);

    /// <summary>Serves what was discovered by a former run before a list of this one says whether it is still there.</summary>
    private static AccountState AddServable(this AccountState state, DateTimeOffset now) =>
        state.Add(
            [
                .. state
                    .Saved.Servable(state.Plan.Poll.MaxAge, now)
                    .Select(saved =>
                        (
                            CampaignDefinition.Discovered(saved.Kind, saved.Id, state.Plan.Poll.Interval),
                            saved.IsDelisted ? now : (DateTimeOffset?)null
                        )
                    ),
            ],
            now
        );
}
