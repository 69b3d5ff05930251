using Exporter.SendGrid;
using Exporter.SendGrid.Wire;
using Exporter.Snapshots;

namespace Exporter.Polling;

/// <inheritdoc/>
internal sealed class SingleSendPolicy : CampaignPolicy
{
    public override ApiEndpoint ListEndpoint => ApiEndpoint.SingleSendList;

    public override string PollName => "poll single send";

    public override bool IsDiscovered(AccountOptions account) => account.SingleSends.Discover;

    public override IEnumerable<(string Id, string? Name)> ConfiguredIds(AccountOptions account) =>
        account.SingleSends.List.Select(static send => (send.Id, send.Name));

    public override IEnumerable<CampaignDefinition> Configured(AccountOptions account, TimeSpan interval) =>
        account.SingleSends.List.Select(send => new CampaignDefinition(CampaignKind.SingleSend, send.Id, send.Name, interval)
        {
            IsConfigured = true,
        });

    protected override IReadOnlyList<string> Excluded(AccountOptions account) => [];

    public override bool IsWanted(ListedCampaign listed, AccountOptions account, DateTimeOffset now) =>
        listed.WasSentWithin(account.SingleSends.SentWithin, now);

    public override bool IsRecent(DateTimeOffset? sentAt, AccountOptions account, DateTimeOffset now) =>
        sentAt is not { } sent || now - sent <= account.SingleSends.SentWithin;

    public override bool FindsTheSame(AccountOptions one, AccountOptions other) =>
        one.SingleSends.SentWithin == other.SingleSends.SentWithin && ConfiguresTheSame(one, other);

    public override bool HasListedNames(AccountOptions account) => account.SingleSends.Discover;

    public override bool HasStatistics(AccountOptions account) => true;

    public override IReadOnlyList<ApiEndpoint> PollEndpoints(AccountOptions account) =>
        [ApiEndpoint.SingleSendLinks, ApiEndpoint.SingleSendStats];

    public override TimeSpan IntervalOf(CampaignState campaign, PollOptions options, DateTimeOffset now) =>
        AdaptiveInterval.OfSingleSend(campaign.Definition.Interval, now - campaign.LastChange?.At, options.MaxAge);

    public override Task<ApiResult<WalkResult<CampaignListRow>>> ListAsync(SendGridClient client, PollContext attempt) =>
        client.ListSingleSendsAsync(attempt);

    public override async Task<ApiResult<PollFindings>> PollAsync(SendGridClient client, CampaignQuery query, PollContext attempt)
    {
        var links = CampaignPoll.NotFoundAsEmpty(await client.ListSingleSendLinksAsync(query.Id, attempt));
        if (links.Error is not null)
        {
            return links.Error;
        }

        var variations = CampaignPoll.NotFoundAsEmpty(await client.ListSingleSendStatisticsAsync(query.Id, attempt));
        return variations.Error is { } error ? error : CampaignPoll.Combine(links.Value!, Email, variations.Value!, Email);

        static EmailKey Email(ISingleSendRow row) => new(CampaignPoll.OrAll(row.Variation), CampaignPoll.OrAll(row.Phase));
    }
}
