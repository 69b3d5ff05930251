using Exporter.History;
using Exporter.Polling;
using Exporter.SendGrid;
using Exporter.SendGrid.Keys;
using Exporter.Snapshots;
using Exporter.Telemetry;

namespace Exporter.Backfill;

/// <summary>Fetches the days of one automation after the other, except for those that an interrupted run has fetched.</summary>
internal sealed class ApiBackfillSource(
    PollOptions poll,
    BackfillRequest request,
    AutomationFilter wanted,
    BackfillProgress done,
    BackfillGaps gaps,
    KeyRing keys,
    TimeProvider time
)
{
    /// <summary>Whether all lists of automations could be fetched so far.</summary>
    private bool _knowsAll = true;

    /// <summary>Fetches the days of all accounts.</summary>
    public async Task<List<BackfillSeries>> AskAsync(
        HttpClient http,
        IReadOnlyList<AccountOptions> accounts,
        Func<BackfillProgressDisplay> display,
        CancellationToken cancellation
    )
    {
        var series = new List<BackfillSeries>();
        foreach (var account in accounts)
        {
            series.AddRange(await AskAsync(http, account, display(), cancellation));
        }

        if (_knowsAll)
        {
            // A list that could not be fetched may have the name.
            gaps.AddUnknown(wanted);
        }

        return series;
    }

    private async Task<List<BackfillSeries>> AskAsync(
        HttpClient http,
        AccountOptions account,
        BackfillProgressDisplay display,
        CancellationToken cancellation
    )
    {
        var client = new SendGridClient(http, account.Api, new Instruments().ForAccount(account: null), time, keys);
        var (found, isAll) = await AutomationsAsync(client, account, cancellation);
        _knowsAll &= isAll;
        var identities = found.Where(wanted.Matches).ToList();
        var (series, brought) = (new List<BackfillSeries>(), new List<(CampaignDefinition, int?)>());
        await display(
            account.Api.Name ?? "automations",
            [.. identities.Select(static identity => identity.Label)],
            async number =>
            {
                var identity = identities[number];
                var (before, told) = (series.Count, gaps.Count);
                var totals = await TotalsAsync(client, identity, $"{account.Identity} {identity.Id}", cancellation);
                series.AddRange(
                    totals
                        .Where(static step => step.Ends.Any())
                        .Select(step =>
                            BackfillSeries.Create(
                                account,
                                identity,
                                new SeriesKey(step.Statistic, step.StepId, "", ""),
                                BackfillSamples.Spread([.. step.Ends.Select(end => (end.At, end.Total))], request.Every)
                            )!
                        )
                );
                brought.Add((identity, gaps.Count == told ? series.Count - before : null));
            }
        );
        gaps.AddEmpty(account, wanted, brought, isAll, "SendGrid");
        return series;
    }

    /// <returns>The automations, and whether these are all: the list may have failed.</returns>
    private async Task<(IReadOnlyList<CampaignDefinition> Found, bool IsAll)> AutomationsAsync(
        SendGridClient client,
        AccountOptions account,
        CancellationToken cancellation
    )
    {
        var identities = account.Configured(poll.Interval).Where(identity => identity.Kind == CampaignKind.Automation).ToList();
        if (account.Automations.Discover)
        {
            using var attempt = new PollContext(time, poll.Timeout, retryForbidden: true, cancellation) { IsProbe = true };
            var found = await ListWalk.RunAsync(client, CampaignKind.Automation, attempt);
            if (found.Error is { } problem)
            {
                gaps.AddFailure("the list of automations", problem);
                return (identities, IsAll: false);
            }

            identities.AddRange(
                ListDifference.FindNew(CampaignKind.Automation, found.Value!.Rows, identities, account, poll.Interval, time.GetUtcNow())
            );
        }

        return (identities, IsAll: true);
    }

    /// <returns>Nothing when the requests failed; the reason is then among the gaps.</returns>
    private async Task<IReadOnlyList<StepTotals>> TotalsAsync(
        SendGridClient client,
        CampaignDefinition identity,
        string key,
        CancellationToken cancellation
    )
    {
        if (done.Find(key) is { } known)
        {
            return known;
        }

        using var attempt = new PollContext(time, poll.Timeout, retryForbidden: true, cancellation) { IsProbe = true };
        var found = await StepHistory.AskAsync(client, identity.Id, request.First, request.Today, attempt, time);
        if (found.Error is { } problem)
        {
            gaps.AddFailure(identity.Label, problem);
            return [];
        }

        var past = StepHistory.Past(found.Value!, request.First, request.Last);
        past.LeftOut.ToList().ForEach(what => gaps.AddLeftOut($"{identity.Label}: {what}"));
        if (past.LeftOut.Count == 0)
        {
            // An automation with gaps is fetched again, so that a resumed run reports its gaps, too.
            done.Add(key, past.Totals);
        }

        return past.Totals;
    }
}
