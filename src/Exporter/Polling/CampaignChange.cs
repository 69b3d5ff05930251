namespace Exporter.Polling;

/// <summary>The change that another plan makes to the campaigns of an account.</summary>
/// <param name="Stay">Those that stay, with what is said of them now, in the order of the plan; discovered ones last.</param>
/// <param name="New">Those to add. Whatever else was polled goes.</param>
internal sealed record CampaignChange(
    IReadOnlyList<(CampaignState Campaign, CampaignDefinition Definition)> Stay,
    IReadOnlyList<CampaignDefinition> New
)
{
    public static CampaignChange Compare(AccountPlan plan, IReadOnlyCollection<CampaignState> polled, DateTimeOffset now)
    {
        var byId = polled.ToDictionary(static campaign => campaign.Key);
        var listed = plan.Account.Configured(plan.Poll.Interval).ToList();
        var known = listed.Where(definition => byId.ContainsKey(Key(definition))).ToList();
        var configured = known.Select(definition => byId[Key(definition)]).ToHashSet();
        return new CampaignChange(
            [
                // The id stays as it was first written: it is the key of the snapshot.
                .. known.Select(definition => (byId[Key(definition)], definition with { Id = byId[Key(definition)].Id })),
                .. polled
                    .Where(campaign => !configured.Contains(campaign) && IsStillFound(plan.Account, campaign, now))
                    .Select(campaign =>
                        (campaign, new CampaignDefinition(campaign.Kind, campaign.Id, ConfiguredName: null, plan.Poll.Interval))
                    ),
            ],
            [.. listed.Except(known)]
        );

        static CampaignKey Key(CampaignDefinition definition) => new(definition.Kind, definition.Id);
    }

    /// <summary>
    /// Whether discovery, as it is configured now, would find it again: a list named it, and nothing speaks against it. As long as no
    /// list has been read, it is enough that a walk has found the campaign: only a complete list can show that it is gone. Example: an
    /// automation from the saved state stays when a reload takes it out of <c>automations.list</c>, at least until the list is read.
    /// </summary>
    private static bool IsStillFound(AccountOptions account, CampaignState campaign, DateTimeOffset now) =>
        account.Discovered.Contains(campaign.Kind)
        && (!campaign.Definition.IsConfigured || (campaign.Snapshot.IsListed ?? campaign.IsKnown))
        && !CampaignPolicy.Of(campaign.Kind).Excluded(account).Contains(campaign.Id, StringComparer.OrdinalIgnoreCase)
        && CampaignPolicy.Of(campaign.Kind).IsRecent(campaign.SentAt, account, now);
}
