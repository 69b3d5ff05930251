using System.Collections.Immutable;
using Exporter.SendGrid;
using Exporter.SendGrid.Wire;
using Exporter.Snapshots;

namespace Exporter.Polling;

/// <summary>What one attempt found: everything together, or why not.</summary>
/// <param name="Found">Complete walks; <see langword="null"/> after a failure.</param>
/// <param name="Error">The failure.</param>
/// <param name="Pages">Pages read, also by a failed attempt.</param>
/// <param name="Duration">How long it took.</param>
internal sealed record PollOutcome(PollFindings? Found, ApiError? Error, int Pages, TimeSpan Duration);

/// <summary>The complete walks of one attempt.</summary>
/// <param name="Links">The rows of the links walk.</param>
/// <param name="ReportedClicks">The API's own total.</param>
/// <param name="CountMismatch">Whether a walk's count disagreed.</param>
/// <param name="Steps">The statistics walk, summed by step; empty when it is off.</param>
internal sealed record PollFindings(
    IReadOnlyCollection<ObservedLink> Links, long? ReportedClicks, bool CountMismatch, ImmutableArray<StepStatistics> Steps);

/// <summary>Asks the API everything about one automation: its links and, with <c>step_stats</c>, its statistics; all or nothing.</summary>
internal static class AutomationPoll
{
    public static async Task<PollOutcome> RunAsync(
        SendGridClient client, PolledAutomation automation, bool stepStatistics, Attempt attempt, TimeProvider time)
    {
        var started = time.GetTimestamp();
        var links = NoDataYet(await client.ListAutomationLinksAsync(automation.Id, attempt), automation.HadLinks);
        if (links.Error is { } error)
        {
            return new PollOutcome(Found: null, error, attempt.Pages, time.GetElapsedTime(started));
        }

        var statistics = stepStatistics
            ? NoDataYet(await client.ListStepStatisticsAsync(automation.Id, attempt), automation.HadStatistics)
            : new Walk<StatsRow>([], CountMismatch: false, TotalClicks: null);
        return statistics.Error is { } statisticsError
            ? new PollOutcome(Found: null, statisticsError, attempt.Pages, time.GetElapsedTime(started))
            : new PollOutcome(Combine(links.Value!, statistics.Value!), Error: null, attempt.Pages, time.GetElapsedTime(started));
    }

    /// <summary>Statistics answer 404 until the first ones exist (two independent pollers report it), so that is an empty list, unless there were rows before.</summary>
    public static ApiResult<Walk<TRow>> NoDataYet<TRow>(ApiResult<Walk<TRow>> walk, bool hadRows) =>
        walk.Error is { Kind: ApiErrorKind.NotFound } && !hadRows ? new Walk<TRow>([], CountMismatch: false, TotalClicks: null) : walk;

    /// <summary>The automation after an attempt. A failure changes its health and nothing else.</summary>
    public static AutomationSnapshot Apply(AutomationSnapshot before, PollOutcome outcome, LinksOptions links, DateTimeOffset now) => outcome switch
    {
        { Found: { } found } => before with
        {
            Health = before.Health.Succeeded(now, outcome.Duration, outcome.Pages),
            Data = new AutomationData
            {
                Links = (before.Data?.Links ?? LinkTable.Empty).After(found.Links, links, now),
                ReportedClicks = found.ReportedClicks,
                CountMismatch = found.CountMismatch,
                Steps = found.Steps,
            },
        },
        { Error: { } error } => before with
        {
            Health = before.Health.Failed(now, outcome.Duration, outcome.Pages, Reasons.Of(error.Kind), error.Message),
        },
        _ => before,
    };

    private static PollFindings Combine(Walk<LinkRow> links, Walk<StatsRow> statistics) => new(
        [.. links.Rows.Select(row => new ObservedLink(StepOf(row.StepId), row.UrlLocation?.ToString() ?? "unknown", row.Url, row.Clicks))],
        links.TotalClicks,
        links.CountMismatch || statistics.CountMismatch,
        [
            .. statistics.Rows
                .Where(row => row.Stats is not null)
                .GroupBy(row => StepOf(row.StepId), row => Values(row.Stats!), StringComparer.Ordinal)
                .Select(step => new StepStatistics(step.Key, [.. step.Aggregate((sums, row) => [.. sums.Zip(row, Counts.Add)])]))
                .OrderBy(step => step.StepId, StringComparer.Ordinal),
        ]);

    private static string StepOf(string? stepId) => string.IsNullOrEmpty(stepId) ? "all" : stepId;

    /// <summary>In the order of <see cref="StepStatistics.Names"/>.</summary>
    private static long[] Values(Statistics stats) =>
    [
        stats.Requests, stats.Delivered, stats.Opens, stats.UniqueOpens, stats.Clicks, stats.UniqueClicks,
        stats.Bounces, stats.BounceDrops, stats.InvalidEmails, stats.SpamReports, stats.SpamReportDrops, stats.Unsubscribes,
    ];
}
