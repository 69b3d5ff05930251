using Exporter.SendGrid;
using Exporter.SendGrid.Wire;
using Exporter.Snapshots;

namespace Exporter.Polling;

/// <inheritdoc/>
internal sealed class AutomationPolicy : CampaignPolicy
{
    public override ApiEndpoint ListEndpoint => ApiEndpoint.AutomationList;

    public override string PollName => "poll automation";

    public override bool IsDiscovered(AccountOptions account) => account.Automations.Discover;

    public override IEnumerable<(string Id, string? Name)> ConfiguredIds(AccountOptions account) =>
        account.Automations.List.Select(static automation => (automation.Id, automation.Name));

    public override IEnumerable<CampaignDefinition> Configured(AccountOptions account, TimeSpan interval) =>
        account.Automations.List.Select(automation => new CampaignDefinition(
            CampaignKind.Automation,
            automation.Id,
            automation.Name,
            automation.Interval ?? interval
        )
        {
            StepNames = [.. automation.Steps.Select(step => (step.Id, step.Name))],
            IsConfigured = true,
        });

    protected override IReadOnlyList<string> Excluded(AccountOptions account) => account.Automations.Exclude;

    public override bool IsWanted(ListedCampaign listed, AccountOptions account, DateTimeOffset now) => true;

    public override bool IsRecent(DateTimeOffset? sentAt, AccountOptions account, DateTimeOffset now) => true;

    public override bool FindsTheSame(AccountOptions one, AccountOptions other) =>
        one.Automations.Names == other.Automations.Names
        && one.Automations.Exclude.SequenceEqual(other.Automations.Exclude, Ids.Comparer)
        && ConfiguresTheSame(one, other);

    public override bool HasListedNames(AccountOptions account) => account.Automations.Names == NameSource.UndocumentedApi;

    public override bool HasStatistics(AccountOptions account) => account.Automations.StepStats;

    public override IReadOnlyList<ApiEndpoint> PollEndpoints(AccountOptions account) =>
        HasStatistics(account) ? [ApiEndpoint.AutomationLinks, ApiEndpoint.AutomationStats] : [ApiEndpoint.AutomationLinks];

    public override TimeSpan IntervalOf(CampaignState campaign, PollOptions options, DateTimeOffset now) =>
        AdaptiveInterval.OfAutomation(campaign.Definition.Interval, options.IdleInterval, campaign.UnchangedPolls);

    public override Task<ApiResult<WalkResult<CampaignListRow>>> ListAsync(SendGridClient client, PollContext attempt) =>
        client.ListAutomationsAsync(attempt);

    public override async Task<ApiResult<PollFindings>> PollAsync(SendGridClient client, CampaignQuery query, PollContext attempt)
    {
        var links = CampaignPoll.NotFoundAsEmpty(await client.ListAutomationLinksAsync(query.Id, attempt));
        if (links.Error is not null)
        {
            return links.Error;
        }

        var steps = query.WithStatistics
            ? CampaignPoll.NotFoundAsEmpty(await client.ListStepStatisticsAsync(query.Id, attempt))
            : WalkResult<StatsRow>.None;
        return steps.Error is { } error ? error : CampaignPoll.Combine(links.Value!, Email, steps.Value!, Email);

        static EmailKey Email(IAutomationRow row) => new(CampaignPoll.OrAll(row.StepId));
    }
}
