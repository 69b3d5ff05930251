using System.Reflection;
using Exporter.Polling;
using Exporter.SendGrid;
using Exporter.Snapshots;

namespace Exporter.Tests.Polling;

/// <summary>One campaign, event by event.</summary>
public sealed class CampaignTransitionsTests
{
    private static readonly AccountPlan Plan = Some.Plan(Some.Account());

    [Fact]
    public void A_failure_changes_nothing_that_is_served_and_a_success_ends_all_that_failing_means()
    {
        var good = End(New(), Some.Found(Some.Link()), minute: 0);
        var failing = End(End(good, Some.Failed(FailureReason.Timeout), minute: 5), Some.Failed(FailureReason.Unavailable), minute: 10);

        Assert.Same(good.Snapshot.Data, failing.Snapshot.Data);
        Assert.Equal((good.LastSuccess, good.LastChange, 0), (failing.LastSuccess, failing.LastChange, failing.UnchangedPolls));
        Assert.Equal(Some.Noon.AddMinutes(5), failing.FailingSince);

        var after = End(failing, Some.Found(Some.Link()), minute: 15);
        Assert.Equal((null, null, true), (after.FailingSince, after.Failing, after.ReportedCauses.IsEmpty));
        Assert.Equal(1, after.UnchangedPolls);
    }

    [Fact]
    public void A_cause_is_reported_once_and_not_when_it_is_the_accounts()
    {
        var failing = New();
        foreach (
            var error in (ApiError[])
                [
                    new(FailureReason.Timeout, "silence"),
                    new(FailureReason.Timeout, "silence again"),
                    new(FailureReason.Forbidden, "no scope"),
                    new(FailureReason.Unauthorized, "refused") { KeyIsRefused = true },
                    new(FailureReason.RateLimited, "as another one heard") { IsAssumed = true },
                ]
        )
        {
            failing = End(failing, Some.Failed(error), minute: 0);
        }

        Assert.Equal([FailureCause.ScopeMissing, FailureCause.NoAnswer], failing.ReportedCauses.Order());
    }

    /// <summary>The timeout is two minutes.</summary>
    [Theory]
    [InlineData(59, false, false)]
    [InlineData(60, false, true)]
    [InlineData(120, false, true)]
    [InlineData(0, true, true)]
    public void One_hangs_after_half_of_the_timeout_and_an_answer_that_was_not_asked_for_says_nothing(int seconds, bool assumed, bool hangs)
    {
        var error = new ApiError(FailureReason.Timeout, "silence") { IsAssumed = assumed };

        var after = End(
            New() with
            {
                IsHanging = assumed,
            },
            Some.Failed(error) with
            {
                Duration = TimeSpan.FromSeconds(seconds),
            },
            minute: 2
        );

        Assert.Equal(hangs, after.IsHanging);
        Assert.False(End(after, Some.Found() with { Duration = TimeSpan.FromSeconds(119) }, minute: 4).IsHanging);
    }

    /// <summary>From then on a 404 is a failure.</summary>
    [Fact]
    public void That_there_were_links_is_not_forgotten_when_there_are_none()
    {
        var empty = End(New(), Some.Found(), minute: 0);
        Assert.False(empty.Snapshot.Data!.HadLinks);

        var emptied = End(End(empty, Some.Found(Some.Link()), minute: 5), Some.Found(), minute: 10);
        Assert.True(emptied.Snapshot.Data!.HadLinks);
        Assert.Empty(emptied.Snapshot.Data.Links.Links);
    }

    [Fact]
    public void The_numbers_of_a_first_walk_count_from_when_it_was_sent_and_later_ones_from_the_walk_that_found_them()
    {
        var sent = Some.Noon.AddDays(-3);
        var first = End(Sent(New(), sent), Some.Found(Some.Link(clicks: 5)), minute: 0);
        Assert.Equal(new ChangeTime(sent, IsSaved: false), first.LastChange);

        var still = End(first, Some.Found(Some.Link(clicks: 5)), minute: 5);
        Assert.Equal((first.LastChange, 1), (still.LastChange, still.UnchangedPolls));

        var moved = End(still, Some.Found(Some.Link(clicks: 6)), minute: 10);
        Assert.Equal((new ChangeTime(Some.Noon.AddMinutes(10), IsSaved: false), 0), (moved.LastChange, moved.UnchangedPolls));
        Assert.Equal(moved.LastChange, moved.Snapshot.Data!.LastChange);
    }

    [Theory]
    [InlineData(null, 3, 3)]
    [InlineData(null, 9, 5)]
    [InlineData(2, 3, 3)]
    [InlineData(4, 3, 4)]
    [InlineData(8, 3, 5)]
    public void A_wait_is_made_shorter_but_not_than_the_api_asked_for_and_never_longer(int? notBefore, int asked, int due)
    {
        var waiting = New() with { Due = Minute(5), NotBefore = notBefore is { } named ? Minute(named) : null };

        Assert.Equal(Minute(due), waiting.DueNoLaterThan(Minute(asked)).Due);
    }

    /// <summary>Every moment that there is: one that is added and forgotten here would have a wrong age.</summary>
    [Fact]
    public void When_the_clock_is_set_each_moment_of_this_run_moves_with_it()
    {
        var by = TimeSpan.FromHours(-7);
        var before = Sent(End(New(), Some.Found(Some.Link()), minute: 0), Minute(5)) with
        {
            NotBefore = Minute(1),
            LastStarted = Minute(2),
            LastAsked = Minute(3),
            FailingSince = Minute(4),
            DelistedAt = Minute(6),
        };

        var after = before.ShiftBy(by, Minute(7) + by);

        var moments = typeof(CampaignState)
            .GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(static each => each.PropertyType == typeof(DateTimeOffset) || each.PropertyType == typeof(DateTimeOffset?))
            .ToList();
        Assert.InRange(moments.Count, 7, 100);
        Assert.All(
            moments,
            moment => Assert.Equal((moment.Name, (DateTimeOffset?)moment.GetValue(before)! + by), (moment.Name, moment.GetValue(after)))
        );
        Assert.Equal(before.LastChange!.Value.At + by, after.LastChange!.Value.At);
        Assert.Equal(before.Snapshot.Health.LastAttempt + by, after.Snapshot.Health.LastAttempt);
    }

    [Fact]
    public void What_a_former_run_saved_stays_where_it_was_when_the_clock_is_set()
    {
        var saved = Some.Automation() with
        {
            Health = PollHealth.Resumed(up: true, Some.Noon, Some.Noon, TimeSpan.Zero, pages: 3, reason: null, error: null),
            Data = new CampaignData { Links = LinkTable.Empty, LastChange = new ChangeTime(Minute(-60), IsSaved: false) },
        };
        var resumed = New().ResumeFrom(saved, Plan.Poll, Minute(1));
        Assert.Equal(
            (Minute(-60), Some.Noon, 12, 3),
            (resumed.LastChange?.At, resumed.LastSuccess, resumed.UnchangedPolls, resumed.PagesPerPoll)
        );

        var after = resumed.ShiftBy(TimeSpan.FromHours(3), Minute(181));

        Assert.Equal((Minute(-60), Some.Noon), (after.LastChange?.At, after.LastSuccess));
    }

    [Fact]
    public void The_name_of_a_step_goes_with_the_configuration_that_gave_it_and_one_that_the_list_told_stays()
    {
        var account = Some.Account();
        var told = Some.Plan(account with { Automations = account.Automations with { Names = NameSource.UndocumentedApi } });
        var named = Definition with { StepNames = [("s1", "configured"), ("s2", "configured too")] };
        var campaign = New() with
        {
            Definition = named,
            DelistedAt = Some.Noon,
            Snapshot = New().Snapshot.WithSteps(named.StepNames, [("s3", "told")]),
        };

        Assert.Equal(
            [("s1", "otherwise"), ("s3", "told")],
            campaign.Redefine(named with { StepNames = [("s1", "otherwise")] }, told, told, Some.Noon).Snapshot.StepNames
        );
        Assert.Empty(campaign.Redefine(Definition, told, Plan, Some.Noon).Snapshot.StepNames);
        Assert.True(campaign.Redefine(Definition, Plan, Plan, Some.Noon).IsDelisted);
        Assert.False(campaign.Redefine(Definition with { IsConfigured = true }, Plan, Plan, Some.Noon).IsDelisted);
    }

    private static CampaignDefinition Definition { get; } =
        CampaignDefinition.Discovered(CampaignKind.Automation, Some.AutomationId(1), TimeSpan.FromMinutes(5));

    private static DateTimeOffset Minute(int minute) => Some.Noon.AddMinutes(minute);

    private static CampaignState Sent(CampaignState campaign, DateTimeOffset at) =>
        campaign with
        {
            Snapshot = campaign.Snapshot with { SentAt = at },
        };

    private static CampaignState New() => CampaignState.Create(Definition, number: 1, Some.Noon);

    private static CampaignState End(CampaignState campaign, PollOutcome outcome, int minute) =>
        campaign.Begin(walks: 0, Minute(minute)).Complete(outcome, Plan, default, Minute(minute));
}
