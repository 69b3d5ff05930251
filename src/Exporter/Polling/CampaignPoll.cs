using Exporter.SendGrid;
using Exporter.SendGrid.Wire;
using Exporter.Snapshots;

namespace Exporter.Polling;

/// <summary>
/// Asks the API everything about one campaign, its links and its statistics, all or nothing; and says what the answer changes.
/// </summary>
internal static class CampaignPoll
{
    /// <param name="client">The account.</param>
    /// <param name="campaign">What is asked about.</param>
    /// <param name="statistics">Whether the statistics are asked for beside the links.</param>
    /// <param name="attempt">The deadline.</param>
    /// <param name="time">For the duration.</param>
    public static async Task<PollOutcome> RunAsync(
        SendGridClient client,
        PolledCampaign campaign,
        bool statistics,
        PollContext attempt,
        TimeProvider time
    )
    {
        var started = time.GetTimestamp();
        var result =
            campaign.Kind == CampaignKind.Automation
                ? await AutomationAsync(client, campaign, statistics, attempt)
                : await SingleSendAsync(client, campaign, attempt);
        return new PollOutcome(result.Value, result.Error, attempt.Pages, time.GetElapsedTime(started));
    }

    /// <summary>
    /// Statistics answer 404 until the first ones exist (two independent pollers report it), so that is an empty list, unless there were
    /// rows before.
    /// </summary>
    public static ApiResult<WalkResult<TRow>> NotFoundAsEmpty<TRow>(ApiResult<WalkResult<TRow>> walk, bool hadRows) =>
        walk.Error is { Kind: ApiErrorKind.NotFound } && !hadRows ? WalkResult<TRow>.None : walk;

    /// <summary>The campaign after an attempt. A failure changes its health and nothing else.</summary>
    public static CampaignSnapshot Apply(CampaignSnapshot before, PollOutcome outcome, LinksOptions links, DateTimeOffset now) =>
        outcome switch
        {
            { Found: { } found } => before with
            {
                Health = before.Health.Succeeded(now, outcome.Duration, outcome.Pages),
                Data = new CampaignData
                {
                    Links = (before.Data?.Links ?? LinkTable.Empty).ApplyWalk(found.Links, links, now),
                    IsAbsent = found.IsAbsent,
                    ReportedClicks = found.ReportedClicks,
                    CountMismatch = found.CountMismatch,
                    Statistics = EmailStatistics.ReuseUnchanged(found.Statistics, before.Data?.Statistics ?? []),
                },
            },
            { Error: { } error } => before with
            {
                Health = before.Health.Failed(now, outcome.Duration, outcome.Pages, Reasons.FailureOf(error)),
            },
            _ => before,
        };

    private static async Task<ApiResult<PollFindings>> AutomationAsync(
        SendGridClient client,
        PolledCampaign campaign,
        bool statistics,
        PollContext attempt
    )
    {
        var links = NotFoundAsEmpty(await client.ListAutomationLinksAsync(campaign.Id, attempt), campaign.HadLinks);
        if (links.Error is not null)
        {
            return links.Error;
        }

        var steps = statistics
            ? NotFoundAsEmpty(await client.ListStepStatisticsAsync(campaign.Id, attempt), campaign.HadStatistics)
            : WalkResult<StatsRow>.None;
        return steps.Error is { } error ? error : Combine(links.Value!, Email, steps.Value!, Email);

        static EmailKey Email(IAutomationRow row) => new(OrAll(row.StepId));
    }

    private static async Task<ApiResult<PollFindings>> SingleSendAsync(SendGridClient client, PolledCampaign campaign, PollContext attempt)
    {
        var links = NotFoundAsEmpty(await client.ListSingleSendLinksAsync(campaign.Id, attempt), campaign.HadLinks);
        if (links.Error is not null)
        {
            return links.Error;
        }

        var variations = NotFoundAsEmpty(await client.ListSingleSendStatisticsAsync(campaign.Id, attempt), campaign.HadStatistics);
        return variations.Error is { } error ? error : Combine(links.Value!, Email, variations.Value!, Email);

        static EmailKey Email(ISingleSendRow row) => new(OrAll(row.Variation), OrAll(row.Phase));
    }

    private static PollFindings Combine<TLink, TStats>(
        WalkResult<TLink> links,
        Func<TLink, EmailKey> emailOfLink,
        WalkResult<TStats> statistics,
        Func<TStats, EmailKey> emailOfStatistics
    )
        where TLink : ILinkRow
        where TStats : IStatisticsRow
    {
        var emails = statistics
            .Rows.GroupBy(emailOfStatistics, row => Values(row.Stats))
            .Select(email => new EmailStatistics(email.Key, [.. email.Aggregate(Sum)]))
            .Where(email => email.IsKnown)
            .OrderBy(email => email.Email, EmailKey.Order);
        return new PollFindings(
            [.. links.Rows.Select(row => new ObservedLink(emailOfLink(row), row.UrlLocation ?? "unknown", row.Url, row.Clicks))],
            links.TotalClicks,
            links.CountMismatch || statistics.CountMismatch,
            [.. emails]
        )
        {
            IsAbsent = ReferenceEquals(links, WalkResult<TLink>.None),
        };
    }

    private static string OrAll(string? text) => string.IsNullOrEmpty(text) ? "all" : text;

    /// <summary>The numbers of two rows of one email together.</summary>
    public static long?[] Sum(long?[] sums, long?[] row) => [.. sums.Zip(row, Counts.SaturatingAdd)];

    /// <summary>In the order of <see cref="EmailStatistics.Names"/>; a row without statistics knows none of them.</summary>
    public static long?[] Values(Statistics? stats) =>
        stats is null
            ? new long?[EmailStatistics.Names.Length]
            :
            [
                stats.Requests,
                stats.Delivered,
                stats.Opens,
                stats.UniqueOpens,
                stats.Clicks,
                stats.UniqueClicks,
                stats.Bounces,
                stats.BounceDrops,
                stats.InvalidEmails,
                stats.SpamReports,
                stats.SpamReportDrops,
                stats.Unsubscribes,
            ];
}
