using System.Collections.Immutable;
using Exporter.SendGrid;
using Exporter.SendGrid.Wire;
using Exporter.Snapshots;

namespace Exporter.Polling;

/// <summary>Asks the API for the links and the statistics of one campaign: all or nothing.</summary>
internal static class CampaignPoll
{
    public static async Task<PollOutcome> RunAsync(SendGridClient client, CampaignQuery query, PollContext attempt, TimeProvider time)
    {
        var started = time.GetTimestamp();
        var result = await CampaignPolicy.Of(query.Kind).PollAsync(client, query, attempt);
        return new PollOutcome(result.Value, result.Error, attempt.Pages, time.GetElapsedTime(started))
        {
            Wait = attempt.WaitAfter(result.Error),
            HasWaited = attempt.HasWaited,
        };
    }

    /// <summary>
    /// Statistics answer 404 until the first ones exist (two independent pollers report it), so that is an empty list. Unless there were
    /// rows before, but that is decided when the answer is applied (<see cref="PollOutcome.JudgedBy"/>): while it is on its way, saved
    /// state may be read that knows of some.
    /// </summary>
    public static ApiResult<WalkResult<TRow>> NotFoundAsEmpty<TRow>(ApiResult<WalkResult<TRow>> walk) =>
        walk.Error is { Reason: FailureReason.NotFound } notFound ? WalkResult<TRow>.Absent(notFound) : walk;

    /// <returns>An error when there are more emails than <see cref="AnswerLimits.Emails"/>: each has series of its own.</returns>
    public static ApiResult<PollFindings> Combine<TLink, TStats>(
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
            .OrderBy(email => email.Email, EmailKey.Order)
            .ToImmutableArray();
        var rows = links
            .Rows.Select(row => new ObservedLink(emailOfLink(row), row.UrlLocation ?? "unknown", row.Url, row.Clicks))
            .ToImmutableArray();
        if (
            rows.Select(static row => row.Email).Concat(emails.Select(static email => email.Email)).Distinct().Count() > AnswerLimits.Emails
        )
        {
            return new ApiError(FailureReason.InvalidResponse, $"rows of more than {AnswerLimits.Emails} emails");
        }

        return new PollFindings(rows, links.TotalClicks, links.CountMismatch || statistics.CountMismatch, emails)
        {
            LinksNotFound = links.NotFound,
            StatisticsNotFound = statistics.NotFound,
        };
    }

    public static string OrAll(string? text) => string.IsNullOrEmpty(text) ? "all" : text;

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
