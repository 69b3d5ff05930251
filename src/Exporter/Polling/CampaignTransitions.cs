using Exporter.Snapshots;

namespace Exporter.Polling;

/// <summary>Applies events to one campaign: pure functions from a state to the next one.</summary>
internal static class CampaignTransitions
{
    /// <summary>A poll begins.</summary>
    /// <param name="campaign">The campaign.</param>
    /// <param name="walks">How many complete walks of automations the account had in this run so far.</param>
    /// <param name="now">The time.</param>
    public static CampaignState Begin(this CampaignState campaign, int walks, DateTimeOffset now) =>
        campaign with
        {
            IsRunning = true,
            LastStarted = now,
            WalksBefore = walks,
        };

    /// <summary>A poll ended with complete walks or a failure.</summary>
    /// <param name="campaign">The campaign.</param>
    /// <param name="outcome">What the poll found.</param>
    /// <param name="plan">The options in force.</param>
    /// <param name="answers">What the automations of the account were answered in this run, this poll included.</param>
    /// <param name="now">The end of the poll.</param>
    public static CampaignState Complete(
        this CampaignState campaign,
        PollOutcome outcome,
        AccountPlan plan,
        AnswerCount answers,
        DateTimeOffset now
    ) =>
        outcome switch
        {
            { Found: { } found } => campaign.Succeed(found, outcome, plan, now),
            { Error: { } error } => campaign.Fail(error, outcome, plan, answers, now),
            _ => campaign,
        };

    private static CampaignState Fail(
        this CampaignState campaign,
        SendGrid.ApiError error,
        PollOutcome outcome,
        AccountPlan plan,
        AnswerCount answers,
        DateTimeOffset now
    ) =>
        campaign with
        {
            IsHanging = error.IsAssumed ? campaign.IsHanging : outcome.Duration >= plan.Poll.Timeout / 2 || outcome.HasWaited,
            Failing = FailedAlone.After(campaign.Failing, campaign.WalksBefore, answers),
            FailingSince = campaign.FailingSince ?? now,

            // Each cause once: another one may need another remedy.
            ReportedCauses = error.IsOfAccount ? campaign.ReportedCauses : campaign.ReportedCauses.Add(error.Cause),
            NotBefore = outcome.NotBefore,
            Snapshot = campaign.Snapshot with
            {
                Health = campaign.Snapshot.Health.Failed(now, outcome.Duration, outcome.Pages, error.ToFailure()),
            },
        };

    private static CampaignState Succeed(
        this CampaignState campaign,
        PollFindings found,
        PollOutcome outcome,
        AccountPlan plan,
        DateTimeOffset now
    )
    {
        var before = campaign.Snapshot.Data;
        var data = new CampaignData
        {
            Links = (before?.Links ?? LinkTable.Empty).ApplyWalk(found.Links, plan.Links, now),
            IsAbsent = found.LinksNotFound is not null && before is not { IsAbsent: false },
            AreStatisticsAbsent = found.StatisticsNotFound is not null && before is not { AreStatisticsAbsent: false },
            HadLinks = before?.HadLinks == true || found.Links.Count > 0,
            HadStatistics = before?.HadStatistics == true || found.Statistics.Length > 0,
            ReportedClicks = found.ReportedClicks,
            CountMismatch = found.CountMismatch,
            Statistics = EmailStatistics.ReuseUnchanged(found.Statistics, before?.Statistics ?? []),
        };
        var isChanged = !data.HasSameNumbersAs(before);
        var after = campaign with
        {
            IsHanging = outcome.HasWaited,
            Failing = null,
            FailingSince = null,
            ReportedCauses = [],
            NotBefore = outcome.NotBefore,
            UnchangedPolls = isChanged ? 0 : campaign.UnchangedPolls + 1,

            // The numbers that a first walk finds may not have moved since the email was sent.
            LastChange = isChanged
                ? new ChangeTime(campaign.LastSuccess is null ? campaign.SentAt ?? now : now, IsSaved: false)
                : campaign.LastChange,
            PagesPerPoll = outcome.Pages,
        };
        return (
            after with
            {
                Snapshot = campaign.Snapshot with
                {
                    Health = campaign.Snapshot.Health.Succeeded(now, outcome.Duration, outcome.Pages),
                    Data = data with { LastChange = after.LastChange },
                },
            }
        ).WithIntervalInForce(plan.Poll, now);
    }

    /// <summary>The configuration defines it otherwise now, under the same id.</summary>
    public static CampaignState Redefine(
        this CampaignState campaign,
        CampaignDefinition next,
        AccountPlan before,
        AccountPlan plan,
        DateTimeOffset now
    )
    {
        var shown = campaign.Snapshot;
        return (
            campaign with
            {
                Definition = next,
                DelistedAt = next.IsConfigured ? null : campaign.DelistedAt,
                IsOnTrial = !next.IsConfigured && shown.IsListed is null && (campaign.IsOnTrial || campaign.Definition.IsConfigured),
                Snapshot = shown.FitTo(plan, next.StepNames, before.Links, now) with { Label = next.Label },
            }
        ).WithIntervalInForce(plan.Poll, now);
    }

    /// <summary>Continues from what a former run saved, so that a restart is not a first look.</summary>
    /// <param name="campaign">The campaign, not polled yet in this run.</param>
    /// <param name="saved">What the former run saved. Names in the configuration win over saved ones.</param>
    /// <param name="options">For the interval that follows from it.</param>
    /// <param name="now">The time.</param>
    public static CampaignState ResumeFrom(this CampaignState campaign, CampaignSnapshot saved, PollOptions options, DateTimeOffset now)
    {
        var lastSuccess = saved.Health.LastSuccess;
        var lastChange = saved.Data?.LastChange?.At ?? lastSuccess;
        return (
            campaign with
            {
                PagesPerPoll = saved.Health.Pages,
                LastChange = lastChange is { } at ? new ChangeTime(at, IsSaved: true) : null,

                // About so many polls found nothing new. The next one that does ends the stretching. Twice the number before the slowdown
                // is enough for the longest interval: 24 doublings of a second are half a year.
                UnchangedPolls =
                    lastSuccess - lastChange is { } unchanged && unchanged > TimeSpan.Zero
                        ? (int)Math.Min(unchanged / campaign.Definition.Interval, AdaptiveInterval.UnchangedPollsBeforeSlowdown * 2)
                        : 0,
                Snapshot = campaign.Snapshot.WithSaved(saved),
            }
        ).WithIntervalInForce(options, now);
    }

    /// <summary>
    /// Continues from what a former run saved when that is read only after this run has polled. A walk of this run is newer, unless it took
    /// a 404 for "no data yet" and there were rows.
    /// </summary>
    public static CampaignState ResumeLate(this CampaignState campaign, CampaignSnapshot saved, AccountPlan plan, DateTimeOffset now)
    {
        var resumed = campaign.ResumeFrom(saved, plan.Poll, now);
        if (campaign.Snapshot.Data is not { } walked || saved.Data is not { } former || walked.IsRefutedBy(former))
        {
            return resumed;
        }

        // The first walk of this run compared itself with nothing and took itself for a change.
        var isUnchanged = walked.HasSameNumbersAs(former);
        var after = campaign with
        {
            LastChange = isUnchanged ? resumed.LastChange : campaign.LastChange,
            UnchangedPolls = campaign.UnchangedPolls + (isUnchanged ? resumed.UnchangedPolls + 1 : 0),
        };
        return (
            after with
            {
                Snapshot = resumed.Snapshot with
                {
                    Health = campaign.Snapshot.Health,
                    Data = walked.Continuing(former, plan.Links, now) with { LastChange = after.LastChange },
                },
            }
        ).WithIntervalInForce(plan.Poll, now);
    }

    /// <summary>
    /// Brings the next poll forward, for no wait is longer than the interval in force; but not to before a time that the API named.
    /// </summary>
    public static CampaignState DueNoLaterThan(this CampaignState campaign, DateTimeOffset due)
    {
        due = campaign.NotBefore > due ? campaign.NotBefore.Value : due;
        return due < campaign.Due ? campaign with { Due = due } : campaign;
    }

    /// <summary>The clock was set, see <see cref="ClockReading"/>.</summary>
    public static CampaignState ShiftBy(this CampaignState campaign, TimeSpan by, DateTimeOffset now) =>
        campaign with
        {
            Due = campaign.Due.ShiftedBy(by),
            NotBefore = campaign.NotBefore.ShiftedBy(by),
            LastStarted = campaign.LastStarted.ShiftedBy(by),
            LastAsked = campaign.LastAsked.ShiftedBy(by),
            FailingSince = campaign.FailingSince.ShiftedBy(by),
            DelistedAt = campaign.DelistedAt.ShiftedBy(by),
            LastChange = campaign.LastChange?.ShiftBy(by),
            Snapshot = campaign.Snapshot.ShiftBy(by, now),
        };

    private static CampaignState WithIntervalInForce(this CampaignState campaign, PollOptions options, DateTimeOffset now)
    {
        var interval = CampaignPolicy.Of(campaign.Kind).IntervalOf(campaign, options, now);
        return interval == campaign.Interval ? campaign : campaign with { Snapshot = campaign.Snapshot with { Interval = interval } };
    }
}
