using Exporter.Snapshots;

namespace Exporter.Polling;

/// <summary>The change that another plan makes to the campaigns of an account.</summary>
/// <param name="Stay">Those that stay, with what is said of them now, in the order of the plan; discovered ones last.</param>
/// <param name="New">Those to add. Whatever else was polled goes.</param>
internal sealed record CampaignChange(
    IReadOnlyList<(CampaignState Campaign, CampaignDefinition Definition)> Stay,
    IReadOnlyList<CampaignDefinition> New
)
{
    /// <summary>
    /// Compares a plan with what is polled. A campaign that the plan does not list stays when discovery, as it is configured now, would
    /// find it: a list named it, and nothing speaks against it. As long as no list has been read, it is enough that a walk has found it:
    /// only a complete list can show that it is gone. Example: an automation stays when a reload takes it out of
    /// <c>automations.list</c> and turns discovery on, at least until the list is read (<see cref="CampaignState.IsOnTrial"/>).
    /// </summary>
    public static CampaignChange Compare(AccountPlan plan, IReadOnlyCollection<CampaignState> polled, DateTimeOffset now)
    {
        var byId = polled.ToDictionary(static campaign => campaign.Key);
        var listed = plan.Account.Configured(plan.Poll.Interval).ToList();
        var known = listed.Where(definition => byId.ContainsKey(Key(definition))).ToList();
        var configured = known.Select(definition => byId[Key(definition)]).ToHashSet();
        var isStillWanted = plan.Account.StillWanted();
        return new CampaignChange(
            [
                // The id stays as it was first written: it is the key of the snapshot.
                .. known.Select(definition => (byId[Key(definition)], definition with { Id = byId[Key(definition)].Id })),
                .. polled
                    .Where(campaign => !configured.Contains(campaign) && IsStillFound(campaign))
                    .Select(campaign =>
                        (campaign, new CampaignDefinition(campaign.Kind, campaign.Id, ConfiguredName: null, plan.Poll.Interval))
                    ),
            ],
            [.. listed.Except(known)]
        );

        static CampaignKey Key(CampaignDefinition definition) => new(definition.Kind, definition.Id);

        bool IsStillFound(CampaignState campaign) =>
            isStillWanted(campaign.Snapshot, now)
            && (!campaign.Definition.IsConfigured || (campaign.Snapshot.IsListed ?? campaign.Snapshot.Data is { IsAbsent: false }));
    }
}
