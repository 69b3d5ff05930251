using Exporter.Polling;
using Exporter.Snapshots;

namespace Exporter.Tests.Polling;

public sealed class PollTransitionsTests
{
    private static readonly string A = Some.AutomationId(1);
    private static readonly string B = Some.AutomationId(2);
    private static readonly PollOutcome Good = Some.Found(Some.Link());

    [Fact]
    public void First_polls_are_due_at_once_and_later_ones_divide_the_interval()
    {
        var book = AccountBook.Create([A, B]);

        var first = book.Due(Some.Noon);
        book.Poll(first[0], Good, Some.Noon);
        book.Poll(first[1], Good, Some.Noon);

        Assert.Equal([A, B], first.Select(campaign => campaign.Id));
        Assert.Equal(Some.Noon.AddMinutes(2.5), first[0].Due);
        Assert.Equal(Some.Noon.AddMinutes(5), first[1].Due);
    }

    [Fact]
    public void No_more_polls_run_at_the_same_time_than_configured_and_none_twice()
    {
        var book = AccountBook.Create([A, B], concurrency: 1);

        var first = Assert.Single(book.Due(Some.Noon));
        book.Started(first, Some.Noon);

        Assert.Empty(book.Due(Some.Noon));
        book.Ended(first, Good, Some.Noon.AddSeconds(1));
        Assert.Equal(B, Assert.Single(book.Due(Some.Noon.AddSeconds(1))).Id);
    }

    [Fact]
    public void A_failure_keeps_the_values_and_never_touches_the_time_of_success()
    {
        var book = AccountBook.Create([A]);
        var automation = book.Due(Some.Noon)[0];
        book.Poll(automation, Good, Some.Noon);

        book.Poll(automation, Some.Failed(FailureReason.Unavailable), Some.Noon.AddMinutes(5));

        var seen = Assert.Single(book.Snapshot.Campaigns);
        Assert.Equal(5, seen.Data!.Links.Links[0].Clicks);
        Assert.Equal(
            (Some.Noon, Some.Noon.AddMinutes(5), false, 2L),
            (seen.Health.LastSuccess, seen.Health.LastAttempt, seen.Health.Up, seen.Health.Attempts)
        );
        Assert.Equal(1, seen.Health.Failures.All().Single(failure => failure.Reason == "unavailable").Count);
    }

    [Fact]
    public void The_snapshot_has_the_time_of_each_next_poll_also_after_the_clock_was_set()
    {
        var book = AccountBook.Create([A, B]);
        Assert.All(book.Snapshot.Campaigns, seen => Assert.Equal(Some.Noon, seen.NextPoll));
        var before = book.Snapshot.Campaigns[1];

        book.Poll(book.Due(Some.Noon)[0], Good, Some.Noon);

        Assert.Equal(Some.Noon.AddMinutes(2.5), book.Snapshot.Campaigns[0].NextPoll);
        Assert.Same(before, book.Snapshot.Campaigns[1]);
        book.ClockMoved(TimeSpan.FromHours(-1), new ClockReading(Some.Noon.AddHours(-1), Timestamp: 0));
        Assert.Equal(Some.Noon.AddMinutes(2.5).AddHours(-1), book.Snapshot.Campaigns[0].NextPoll);
    }

    [Fact]
    public void The_last_ten_attempts_are_remembered_the_newest_first()
    {
        var book = AccountBook.Create([A]);
        var automation = book.Due(Some.Noon)[0];
        foreach (var minute in Enumerable.Range(0, 11))
        {
            book.Poll(automation, Good, Some.Noon.AddMinutes(minute));
        }

        book.Poll(automation, Some.Failed(FailureReason.Unavailable), Some.Noon.AddMinutes(11));

        var recent = book.Snapshot.Campaigns[0].Health.Recent;
        Assert.Equal(
            Enumerable.Range(2, 10).Reverse().Select(minute => Some.Noon.AddMinutes(minute)),
            recent.Select(attempt => attempt.At)
        );
        Assert.Equal(FailureReason.Unavailable, recent[0].Reason);
        Assert.Null(recent[1].Reason);
    }

    /// <summary>One that stays forbidden was asked for all, for ever.</summary>
    [Fact]
    public void The_campaigns_of_a_forbidden_account_are_asked_in_turn()
    {
        var book = AccountBook.Create([A, B]);
        foreach (var campaign in book.Due(Some.Noon))
        {
            book.Poll(campaign, Some.Failed(FailureReason.Forbidden), Some.Noon);
        }

        var asked = new List<string>();
        while (asked.Count < 4)
        {
            var due = book.NextDue;
            foreach (var campaign in book.Due(due))
            {
                if (book.Started(campaign, due).Known is null)
                {
                    asked.Add(campaign.Id);
                }

                book.Ended(campaign, Some.Failed(FailureReason.Forbidden), due);
            }
        }

        Assert.Equal([A, B, A, B], asked);
    }

    [Fact]
    public void A_failure_under_options_that_were_replaced_leaves_no_trace_and_is_asked_again_at_once()
    {
        var book = AccountBook.Create([A], discover: true);
        book.Discover([A], Some.Noon);
        var campaign = Assert.Single(book.Due(Some.Noon));
        book.Started(campaign, Some.Noon);
        book.DiscoveryStarted(CampaignKind.Automation, Some.Noon);
        var before = book.Snapshot;

        book.Outdated(campaign, Some.Noon.AddSeconds(1));
        book.DiscoveryOutdated(CampaignKind.Automation, Some.Noon.AddSeconds(1));

        Assert.Same(before, book.Snapshot);
        Assert.Equal(campaign, Assert.Single(book.Due(Some.Noon.AddSeconds(1))));
        Assert.Equal([CampaignKind.Automation], book.DiscoveriesDue(Some.Noon.AddSeconds(1)));
    }

    [Fact]
    public void A_canceled_poll_leaves_no_trace()
    {
        var book = AccountBook.Create([A]);
        var before = book.Snapshot;

        book.Poll(book.Due(Some.Noon)[0], Some.Failed(FailureReason.Canceled), Some.Noon);

        Assert.Equal(before.Campaigns, book.Snapshot.Campaigns);
        Assert.False(book.Snapshot.IsTried);
    }

    [Fact]
    public void An_account_is_tried_after_discovery_and_the_first_poll_whatever_came_of_them()
    {
        var book = AccountBook.Create([], discover: true);
        Assert.False(book.Snapshot.IsTried);

        book.Discover([A], Some.Noon);
        Assert.False(book.Snapshot.IsTried);

        book.Poll(book.Due(Some.Noon)[0], Some.Failed(FailureReason.Timeout), Some.Noon);
        Assert.True(book.Snapshot.IsTried);
    }

    [Fact]
    public void The_budget_is_what_the_cycles_need_of_what_the_rate_gives()
    {
        var book = AccountBook.Create([A, B]);
        Assert.Null(book.Snapshot.BudgetUtilization);

        foreach (var automation in book.Due(Some.Noon))
        {
            book.Poll(automation, Good with { Pages = 30 }, Some.Noon);
        }

        // Twice 30 requests in 300 s, of 3 per second.
        Assert.Equal(60 / 900d, book.Snapshot.BudgetUtilization!.Value, precision: 9);
    }
}
