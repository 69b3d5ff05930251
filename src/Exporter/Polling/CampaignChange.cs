using Exporter.Snapshots;

namespace Exporter.Polling;

/// <summary>What another plan means for the campaigns of an account.</summary>
/// <param name="Stay">Those that stay, with what is said of them now, in the order of the plan; discovered ones last.</param>
/// <param name="New">Those to add. Whatever else was polled goes.</param>
internal sealed record CampaignChange(
    IReadOnlyList<(PolledCampaign Campaign, CampaignDefinition Identity)> Stay,
    IReadOnlyList<CampaignDefinition> New
)
{
    public static CampaignChange Compare(AccountPlan plan, IReadOnlyCollection<PolledCampaign> polled, DateTimeOffset now)
    {
        var byId = polled.ToDictionary(campaign => Key(campaign.Identity));
        var listed = plan.Account.Listed(plan.Poll.Interval).ToList();
        var known = listed.Where(identity => byId.ContainsKey(Key(identity))).ToList();
        var configured = known.Select(identity => byId[Key(identity)]).ToHashSet();
        return new CampaignChange(
            [
                // The id stays as it was first written: it is the key of the snapshot.
                .. known.Select(identity => (byId[Key(identity)], identity with { Id = byId[Key(identity)].Id })),
                .. polled
                    .Where(campaign => !configured.Contains(campaign) && IsStillFound(plan.Account, campaign, now))
                    .Select(campaign =>
                        (campaign, new CampaignDefinition(campaign.Kind, campaign.Id, ConfiguredName: null, plan.Poll.Interval))
                    ),
            ],
            [.. listed.Except(known)]
        );

        static (CampaignKind, string) Key(CampaignDefinition identity) => (identity.Kind, identity.Id.ToUpperInvariant());
    }

    /// <summary>The public face of a campaign that stays: its values and its health, named and shown as the new plan says.</summary>
    public static CampaignSnapshot Adopted(
        CampaignSnapshot shown,
        CampaignDefinition before,
        CampaignDefinition now,
        AccountPlan old,
        AccountPlan plan,
        DateTimeOffset at
    )
    {
        var told = plan.Account.Automations.Names == NameSource.UndocumentedApi ? shown.StepNames.Except(before.StepNames) : [];
        var statistics = shown.Kind == CampaignKind.SingleSend || plan.Account.Automations.StepStats;
        return shown with
        {
            Label = now.ConfiguredName ?? now.Id,
            Name =
                shown.Kind == CampaignKind.SingleSend || plan.Account.Automations.Names == NameSource.UndocumentedApi ? shown.Name : null,
            StepNames = [.. now.StepNames.Concat(told).DistinctBy(step => step.StepId, StringComparer.Ordinal)],
            Data = shown.Data is not { } data
                ? null
                : data with
                {
                    Links = plan.Links == old.Links ? data.Links : data.Links.WithOptions(plan.Links, old.Links.Url, at),
                    Statistics = statistics ? data.Statistics : [],
                },
        };
    }

    /// <summary>
    /// Whether discovery, as it is configured now, would find it again: the list named it, and nothing speaks against it. What no list has
    /// been asked about yet is still there if it ever was: only a complete list takes it away.
    /// </summary>
    private static bool IsStillFound(AccountOptions account, PolledCampaign campaign, DateTimeOffset now) =>
        account.Discovered.Contains(campaign.Kind)
        && (!campaign.Identity.IsConfigured || (campaign.IsOnList ?? campaign.IsKnown))
        && !account.Excluded(campaign.Kind).Contains(campaign.Id, StringComparer.OrdinalIgnoreCase)
        && (campaign.Kind == CampaignKind.Automation || campaign.SentAt is not { } sent || now - sent <= account.SingleSends.MaxAge);
}
