using Exporter.Polling;
using Exporter.SendGrid;
using Exporter.SendGrid.Keys;
using Exporter.SendGrid.RateLimits;
using Exporter.Snapshots;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Exporter.Tests.Polling;

public sealed class AccountBookTests
{
    private static readonly string A = Some.AutomationId(1);
    private static readonly string B = Some.AutomationId(2);
    private static readonly PollOutcome Good = Some.Found(Some.Link());

    [Fact]
    public void First_polls_are_due_at_once_and_later_ones_divide_the_interval()
    {
        var book = Book([A, B]);

        var first = book.Due(Some.Noon);
        Poll(book, first[0], Good, Some.Noon);
        Poll(book, first[1], Good, Some.Noon);

        Assert.Equal([A, B], first.Select(campaign => campaign.Id));
        Assert.Equal(Some.Noon.AddMinutes(2.5), first[0].Due);
        Assert.Equal(Some.Noon.AddMinutes(5), first[1].Due);
    }

    [Fact]
    public void No_more_polls_run_at_the_same_time_than_configured_and_none_twice()
    {
        var book = Book([A, B], concurrency: 1);

        var first = Assert.Single(book.Due(Some.Noon));
        book.Started(first, Some.Noon);

        Assert.Empty(book.Due(Some.Noon));
        book.Ended(first, Good, Some.Noon.AddSeconds(1));
        Assert.Equal(B, Assert.Single(book.Due(Some.Noon.AddSeconds(1))).Id);
    }

    [Fact]
    public void A_failure_keeps_the_values_and_never_touches_the_time_of_success()
    {
        var book = Book([A]);
        var automation = book.Due(Some.Noon)[0];
        Poll(book, automation, Good, Some.Noon);

        Poll(book, automation, Some.Failed(FailureReason.Unavailable), Some.Noon.AddMinutes(5));

        var seen = Assert.Single(book.Snapshot.Campaigns);
        Assert.Equal(5, seen.Data!.Links.Links[0].Clicks);
        Assert.Equal(
            (Some.Noon, Some.Noon.AddMinutes(5), false, 2L),
            (seen.Health.LastSuccess, seen.Health.LastAttempt, seen.Health.Up, seen.Health.Attempts)
        );
        Assert.Equal(1, seen.Health.Failures.All().Single(failure => failure.Reason == "unavailable").Count);
    }

    [Fact]
    public void It_is_told_when_each_automation_is_polled_next_also_after_the_clock_was_set()
    {
        var book = Book([A, B]);
        Assert.All(book.Snapshot.Campaigns, seen => Assert.Equal(Some.Noon, seen.NextPoll));
        var before = book.Snapshot.Campaigns[1];

        Poll(book, book.Due(Some.Noon)[0], Good, Some.Noon);

        Assert.Equal(Some.Noon.AddMinutes(2.5), book.Snapshot.Campaigns[0].NextPoll);
        Assert.Same(before, book.Snapshot.Campaigns[1]);
        book.ClockMoved(TimeSpan.FromHours(-1), new ClockReading(Some.Noon.AddHours(-1), Timestamp: 0));
        Assert.Equal(Some.Noon.AddMinutes(2.5).AddHours(-1), book.Snapshot.Campaigns[0].NextPoll);
    }

    [Fact]
    public void The_last_ten_attempts_are_remembered_the_newest_first()
    {
        var book = Book([A]);
        var automation = book.Due(Some.Noon)[0];
        foreach (var minute in Enumerable.Range(0, 11))
        {
            Poll(book, automation, Good, Some.Noon.AddMinutes(minute));
        }

        Poll(book, automation, Some.Failed(FailureReason.Unavailable), Some.Noon.AddMinutes(11));

        var recent = book.Snapshot.Campaigns[0].Health.Recent;
        Assert.Equal(
            Enumerable.Range(2, 10).Reverse().Select(minute => Some.Noon.AddMinutes(minute)),
            recent.Select(attempt => attempt.At)
        );
        Assert.Equal(FailureReason.Unavailable, recent[0].Reason);
        Assert.Null(recent[1].Reason);
    }

    [Fact]
    public void A_refused_key_is_probed_by_one_poll_at_a_time_and_all_go_on_when_it_is_accepted()
    {
        var book = Book([A, B]);
        var (a, b) = (book.Due(Some.Noon)[0], book.Due(Some.Noon)[1]);
        book.Heard(Refused, Some.Noon);
        Assert.False(book.Snapshot.KeyAccepted);

        // Unasked until the first probe is due.
        Assert.Equal(FailureReason.Unauthorized, book.Started(a, Some.Noon.AddSeconds(1)).Known?.Reason);
        book.Ended(a, Some.Failed(FailureReason.Unauthorized), Some.Noon.AddSeconds(1));
        Assert.Equal(FailureReason.Unauthorized, book.Started(b, Some.Noon.AddSeconds(1)).Known?.Reason);
        book.Ended(b, Some.Failed(FailureReason.Unauthorized), Some.Noon.AddSeconds(1));

        // Nothing is due by itself then, so something is brought forward, once.
        Assert.Equal(Some.Noon.AddSeconds(5), book.NextDue);
        book.ChooseProber(Some.Noon.AddSeconds(5));
        var prober = Assert.Single(book.Due(Some.Noon.AddSeconds(5)));
        Assert.Equal(new PollStart(Known: null, IsProbe: true), book.Started(prober, Some.Noon.AddSeconds(5)));
        book.ChooseProber(Some.Noon.AddSeconds(50));
        Assert.Empty(book.Due(Some.Noon.AddSeconds(50)));

        book.Heard(KeyStanding.Unknown.Accepted(), Some.Noon.AddSeconds(51));
        book.Ended(prober, Good, Some.Noon.AddSeconds(51));
        Assert.True(book.Snapshot.KeyAccepted);
        Assert.Equal(Some.Noon.AddSeconds(51), (prober == a ? b : a).Due);
    }

    /// <summary>One that stays forbidden was asked for all, for ever.</summary>
    [Fact]
    public void Of_a_forbidden_account_each_campaign_is_asked_in_its_turn()
    {
        var book = Book([A, B]);
        foreach (var campaign in book.Due(Some.Noon))
        {
            Poll(book, campaign, Some.Failed(FailureReason.Forbidden), Some.Noon);
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
    public void An_id_that_is_the_name_of_another_automation_is_not_polled_under_its_label()
    {
        var plan = Some.Plan(
            new AccountOptions
            {
                Api = Some.Api,
                Automations = new AutomationsOptions { List = [new AutomationOptions { Id = A, Name = "welcome" }] },
            }
        );
        var book = new AccountBook(plan, new PollLog(NullLogger.Instance, "main"), Some.Noon);

        Discover(book, [A, "welcome", B], Some.Noon);

        Assert.Equal(["welcome", B], book.Snapshot.Campaigns.Select(campaign => campaign.Label));
    }

    [Fact]
    public void A_probe_that_was_canceled_is_made_again()
    {
        var book = Book([A]);
        book.Heard(Refused, Some.Noon.AddSeconds(-5));
        book.ChooseProber(Some.Noon);
        var campaign = Assert.Single(book.Due(Some.Noon));
        Assert.True(book.Started(campaign, Some.Noon).IsProbe);
        book.Ended(campaign, Some.Failed(FailureReason.Canceled), Some.Noon.AddSeconds(1));

        book.ChooseProber(Some.Noon.AddSeconds(10));
        Assert.True(book.Started(campaign, Some.Noon.AddSeconds(10)).IsProbe);
    }

    /// <summary>
    /// Once an interval the same one would be due each time: refused for itself, it would keep the account refused for ever.
    /// </summary>
    [Fact]
    public void Of_a_refused_account_each_campaign_is_the_probe_in_its_turn()
    {
        var book = Book([A, B]);
        book.Heard(Refused, Some.Noon);
        var probes = new List<string>();
        while (probes.Count < 20)
        {
            var due = book.NextDue;
            book.ChooseProber(due);
            foreach (var campaign in book.Due(due))
            {
                if (book.Started(campaign, due).IsProbe)
                {
                    probes.Add(campaign.Id);
                }

                book.Ended(campaign, Some.Failed(FailureReason.Unauthorized), due);
            }
        }

        Assert.All(probes.Zip(probes.Skip(1)), pair => Assert.NotEqual(pair.First, pair.Second));
    }

    [Fact]
    public void A_failure_under_options_that_were_replaced_leaves_no_trace_and_is_asked_again_at_once()
    {
        var book = Book([A], discover: true);
        Discover(book, [A], Some.Noon);
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
    public void A_configured_automation_that_a_complete_list_does_not_name_is_told_once()
    {
        var lines = new Lines();
        var book = Book([A], discover: true, log: lines);
        Assert.Null(book.Snapshot.Campaigns[0].IsListed);

        Discover(book, [B], Some.Noon);
        Discover(book, [B], Some.Noon.AddMinutes(15));
        Assert.Equal([false, true], book.Snapshot.Campaigns.Select(campaign => campaign.IsListed));
        Assert.Single(lines.Levels, level => level == LogLevel.Warning);

        Discover(book, [A.ToUpperInvariant(), B], Some.Noon.AddMinutes(30));
        Assert.Equal([true, true], book.Snapshot.Campaigns.Select(campaign => campaign.IsListed));
    }

    [Fact]
    public void Rows_without_an_id_are_counted_and_told_once_until_there_are_none()
    {
        var lines = new Lines();
        var book = Book([], discover: true, log: lines);
        foreach (var skipped in (int[])[0, 2, 3, 0, 1])
        {
            book.DiscoveryStarted(CampaignKind.Automation, Some.Noon);
            book.DiscoveryEnded(CampaignKind.Automation, new CampaignList([], skipped), Some.Noon, pages: 1, Some.Noon);
            Assert.Equal(skipped, book.Snapshot.SkippedRows[CampaignKind.Automation]);
        }

        Assert.Equal(2, lines.Levels.Count(level => level == LogLevel.Warning));
    }

    [Fact]
    public void Names_that_come_before_the_list_are_shown_with_it()
    {
        var book = Book([], discover: true, names: NameSource.UndocumentedApi);

        book.Named([new AutomationName(A, "welcome", new Dictionary<string, string>())]);
        Discover(book, [A], Some.Noon);

        Assert.Equal("welcome", Assert.Single(book.Snapshot.Campaigns).Name);
    }

    [Fact]
    public void A_canceled_poll_leaves_no_trace()
    {
        var book = Book([A]);
        var before = book.Snapshot;

        Poll(book, book.Due(Some.Noon)[0], Some.Failed(FailureReason.Canceled), Some.Noon);

        Assert.Equal(before.Campaigns, book.Snapshot.Campaigns);
        Assert.False(book.Snapshot.IsTried);
    }

    [Fact]
    public void An_account_is_tried_after_discovery_and_the_first_poll_whatever_came_of_them()
    {
        var book = Book([], discover: true);
        Assert.False(book.Snapshot.IsTried);

        Discover(book, [A], Some.Noon);
        Assert.False(book.Snapshot.IsTried);

        Poll(book, book.Due(Some.Noon)[0], Some.Failed(FailureReason.Timeout), Some.Noon);
        Assert.True(book.Snapshot.IsTried);
    }

    [Fact]
    public void A_discovered_automation_that_is_no_longer_listed_is_not_polled_and_ages_out()
    {
        var book = Book([], discover: true);
        Discover(book, [A, B], Some.Noon);
        foreach (var automation in book.Due(Some.Noon))
        {
            Poll(book, automation, Good, Some.Noon);
        }

        Discover(book, [B], Some.Noon.AddMinutes(15));
        Assert.Equal(B, Assert.Single(book.Due(Some.Noon.AddMinutes(20))).Id);

        book.DropAgedOut(Some.Noon.AddHours(1));
        Assert.Equal(2, book.Snapshot.Campaigns.Length);
        book.DropAgedOut(Some.Noon.AddHours(1).AddSeconds(1));
        Assert.Equal(B, Assert.Single(book.Snapshot.Campaigns).Id);
    }

    [Fact]
    public void A_failed_discovery_changes_nothing_but_its_own_health()
    {
        var book = Book([], discover: true);
        Discover(book, [A], Some.Noon);

        book.DiscoveryStarted(CampaignKind.Automation, Some.Noon);
        book.DiscoveryEnded(CampaignKind.Automation, new ApiError(FailureReason.Forbidden, "403"), Some.Noon, 0, Some.Noon.AddMinutes(15));

        Assert.Equal(A, Assert.Single(book.Snapshot.Campaigns).Id);
        Assert.Equal(
            (Some.Noon, false),
            (book.Snapshot.Discovery[CampaignKind.Automation].LastSuccess, book.Snapshot.Discovery[CampaignKind.Automation].Up)
        );
        Assert.Empty(book.DiscoveriesDue(Some.Noon.AddMinutes(19)));
        Assert.Equal([CampaignKind.Automation], book.DiscoveriesDue(Some.Noon.AddMinutes(20)));
    }

    [Fact]
    public void A_404_is_no_data_yet_until_there_were_rows()
    {
        var missing = new ApiError(FailureReason.NotFound, "404");

        Assert.Empty(CampaignPoll.NotFoundAsEmpty<object>(missing, hadRows: false).Value!.Rows);
        Assert.Equal(missing, CampaignPoll.NotFoundAsEmpty<object>(missing, hadRows: true).Error);
    }

    [Fact]
    public void The_log_has_one_line_per_change_of_state()
    {
        var lines = new Lines();
        var book = Book([A], log: lines);
        var automation = book.Due(Some.Noon)[0];

        Poll(book, automation, Some.Failed(FailureReason.Unavailable), Some.Noon);
        Poll(book, automation, Some.Failed(FailureReason.Unavailable), Some.Noon.AddMinutes(5));
        Poll(book, automation, Some.Failed(FailureReason.Timeout), Some.Noon.AddMinutes(10));
        Poll(book, automation, Good, Some.Noon.AddMinutes(15));
        Poll(book, automation, Good, Some.Noon.AddMinutes(20));

        Assert.Equal([LogLevel.Warning, LogLevel.Information], lines.Levels.Where(level => level > LogLevel.Debug));
        Assert.Equal(5, lines.Levels.Count(level => level == LogLevel.Debug));
    }

    [Fact]
    public void Trouble_that_the_log_told_is_told_to_end_and_no_other_also_when_the_key_is_refused_in_between()
    {
        var lines = new Lines();
        var book = Book([A], log: lines);
        var automation = book.Due(Some.Noon)[0];

        book.Heard(Refused, Some.Noon);
        book.Ended(automation, Some.Failed(FailureReason.Unauthorized), Some.Noon);
        book.Ended(automation, Some.Failed(FailureReason.Unavailable), automation.Due);
        book.Ended(automation, Some.Failed(FailureReason.Unauthorized), automation.Due);
        book.Heard(KeyStanding.Unknown.Accepted(), automation.Due);
        book.Ended(automation, Good, automation.Due);

        // The key is refused; the automation fails; the key is accepted; the automation is well.
        Assert.Equal(
            [LogLevel.Error, LogLevel.Warning, LogLevel.Information, LogLevel.Information],
            lines.Levels.Where(level => level > LogLevel.Debug)
        );
    }

    [Fact]
    public void The_list_is_not_told_to_be_read_again_when_its_failure_was_the_refused_key()
    {
        var lines = new Lines();
        var book = Book([], discover: true, log: lines);

        book.DiscoveryStarted(CampaignKind.Automation, Some.Noon);
        book.Heard(Refused, Some.Noon);
        book.DiscoveryEnded(CampaignKind.Automation, new ApiError(FailureReason.Unauthorized, "401"), Some.Noon, 0, Some.Noon);
        book.Heard(KeyStanding.Unknown.Accepted(), Some.Noon.AddMinutes(5));
        Discover(book, [], Some.Noon.AddMinutes(5));

        Assert.Equal([LogLevel.Error, LogLevel.Information], lines.Levels);
    }

    [Fact]
    public void The_budget_is_what_the_cycles_need_of_what_the_rate_gives()
    {
        var book = Book([A, B]);
        Assert.Null(book.Snapshot.BudgetUtilization);

        foreach (var automation in book.Due(Some.Noon))
        {
            Poll(book, automation, Good with { Pages = 30 }, Some.Noon);
        }

        // Twice 30 requests in 300 s, of 3 per second.
        Assert.Equal(60 / 900d, book.Snapshot.BudgetUtilization!.Value, precision: 9);
    }

    private static KeyStanding Refused { get; } =
        Enumerable
            .Range(0, 3)
            .Aggregate(
                KeyStanding.Unknown,
                static (key, number) => key.AfterRefusal(new ApiError(FailureReason.Unauthorized, "401"), TimeSpan.FromSeconds(5 * number))
            );

    private static AccountBook Book(
        string[] ids,
        bool discover = false,
        int concurrency = 2,
        ILogger? log = null,
        NameSource names = NameSource.Config
    )
    {
        var account = new AccountOptions
        {
            Api = Some.Api with { Rate = new RateOptions { Concurrency = concurrency } },
            Automations = new AutomationsOptions
            {
                Discover = discover,
                Names = names,
                List = [.. ids.Select(id => new AutomationOptions { Id = id })],
            },
        };
        return new AccountBook(Some.Plan(account), new PollLog(log ?? NullLogger.Instance, "main"), Some.Noon);
    }

    private static void Poll(AccountBook book, PolledCampaign automation, PollOutcome outcome, DateTimeOffset now)
    {
        Assert.Equal(default, book.Started(automation, now));
        book.Ended(automation, outcome, now);
    }

    private static void Discover(AccountBook book, string[] ids, DateTimeOffset now)
    {
        book.DiscoveryStarted(CampaignKind.Automation, Some.Noon);
        book.DiscoveryEnded(CampaignKind.Automation, Some.List(ids), now, pages: 1, now);
    }

    private sealed class Lines : ILogger
    {
        public List<LogLevel> Levels { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => Levels.Add(logLevel);
    }
}
