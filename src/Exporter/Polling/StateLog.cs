using Exporter.SendGrid;
using Exporter.Snapshots;

namespace Exporter.Polling;

/// <summary>Writes what an operator reads about an account, from the states before and after an event.</summary>
internal sealed class StateLog(PollLog log)
{
    /// <summary>After a poll.</summary>
    /// <param name="before">The account before the outcome was applied.</param>
    /// <param name="after">The account with it.</param>
    /// <param name="polled">The campaign.</param>
    /// <param name="outcome">What the poll found.</param>
    /// <param name="now">Its end.</param>
    public void PollCompleted(AccountState before, AccountState after, CampaignState polled, PollOutcome outcome, DateTimeOffset now)
    {
        if (before.Campaigns.Find(polled) is not { } old || after.Campaigns.Find(polled) is not { } current || !IsAttempt(old, current))
        {
            return;
        }

        outcome = outcome.JudgedBy(old.Snapshot.Data);
        log.PollEnded(current, outcome);
        if (current.ReportedCauses.Count > old.ReportedCauses.Count && outcome.Error is { } error)
        {
            log.Failing(old, error, after.Plan.Poll.MaxAge, now);
        }
        else if (old.ReportedCauses.Count > 0 && current.ReportedCauses.Count == 0 && old.FailingSince is { } since)
        {
            log.Recovered(current, now - since);
        }
    }

    /// <summary>After a walk of a list.</summary>
    public void DiscoveryCompleted(AccountState before, AccountState after, CampaignKind kind, ApiResult<CampaignList> found)
    {
        var (reportedBefore, reported) = (before.ReportedCausesOf(kind), after.ReportedCausesOf(kind));
        if (reported.Count > reportedBefore.Count && found.Error is { } error)
        {
            log.DiscoveryFailing(kind, error);
        }
        else if (reportedBefore.Count > 0 && reported.Count == 0)
        {
            log.DiscoveryRecovered(kind);
        }

        if (found.Value is null || !after.Snapshot.Discovery.ContainsKey(kind))
        {
            return;
        }

        var skipped = after.Snapshot.SkippedRows.GetValueOrDefault(kind);
        if (skipped > 0 && before.Snapshot.SkippedRows.GetValueOrDefault(kind) == 0)
        {
            log.RowsSkipped(kind, skipped);
        }

        foreach (var id in NamesakesOf(after).Except(NamesakesOf(before), Ids.Comparer))
        {
            log.LeftOut(kind, id);
        }

        ListChanged(before.Campaigns, after.Campaigns, kind);

        IEnumerable<string> NamesakesOf(AccountState state) => state.Snapshot.Namesakes.GetValueOrDefault(kind, []);
    }

    /// <summary>After an answer that may have said something about the key.</summary>
    public void KeyHeard(AccountState before, AccountState after)
    {
        var (was, accepted) = (before.Snapshot.KeyAccepted, after.Snapshot.KeyAccepted);
        if (accepted == false && was != false && after.Key.Refusal is { } refusal)
        {
            log.KeyRefused(refusal);
        }
        else if (accepted == true && was == false)
        {
            log.KeyAccepted();
        }
    }

    private void ListChanged(CampaignTable before, CampaignTable after, CampaignKind kind)
    {
        var (polled, added, lost) = (0, 0, 0);
        foreach (var campaign in after.All.Where(campaign => campaign.Kind == kind))
        {
            var old = before.Find(campaign);
            polled += campaign.IsDelisted ? 0 : 1;
            added += old is null ? 1 : 0;
            lost += campaign.IsDelisted && old is { IsDelisted: false } ? 1 : 0;
            if (campaign is { Definition.IsConfigured: true, Snapshot.IsListed: false } && old?.Snapshot.IsListed != false)
            {
                log.NotListed(kind, campaign.Label, campaign.Id);
            }
        }

        if (added > 0 || lost > 0)
        {
            log.ListChanged(kind, polled, added, lost);
        }
    }

    /// <summary>Whether the outcome counted as an attempt: a canceled poll leaves no trace.</summary>
    private static bool IsAttempt(CampaignState before, CampaignState after) =>
        after.Snapshot.Health.Attempts != before.Snapshot.Health.Attempts;
}
