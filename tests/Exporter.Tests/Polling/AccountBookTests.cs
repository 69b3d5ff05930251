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
    private const string A = "00000000-0000-4000-8000-00000000000a";
    private const string B = "00000000-0000-4000-8000-00000000000b";
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly PollOutcome Good = Found(new ObservedLink(new EmailKey("s"), "0", Url: null, 5));

    [Fact]
    public void First_polls_are_due_at_once_and_later_ones_divide_the_interval()
    {
        var book = Book([A, B]);

        var first = book.Due(Noon);
        Poll(book, first[0], Good, Noon);
        Poll(book, first[1], Good, Noon);

        Assert.Equal([A, B], first.Select(campaign => campaign.Id));
        Assert.Equal(Noon.AddMinutes(2.5), first[0].Due);
        Assert.Equal(Noon.AddMinutes(5), first[1].Due);
    }

    [Fact]
    public void No_more_polls_run_at_the_same_time_than_configured_and_none_twice()
    {
        var book = Book([A, B], concurrency: 1);

        var first = Assert.Single(book.Due(Noon));
        book.Started(first, Noon);

        Assert.Empty(book.Due(Noon));
        book.Ended(first, Good, Noon.AddSeconds(1));
        Assert.Equal(B, Assert.Single(book.Due(Noon.AddSeconds(1))).Id);
    }

    [Fact]
    public void A_failure_keeps_the_values_and_never_touches_the_time_of_success()
    {
        var book = Book([A]);
        var automation = book.Due(Noon)[0];
        Poll(book, automation, Good, Noon);

        Poll(book, automation, Failed(FailureReason.Unavailable), Noon.AddMinutes(5));

        var seen = Assert.Single(book.Snapshot.Campaigns);
        Assert.Equal(5, seen.Data!.Links.Links[0].Clicks);
        Assert.Equal(
            (Noon, Noon.AddMinutes(5), false, 2L),
            (seen.Health.LastSuccess, seen.Health.LastAttempt, seen.Health.Up, seen.Health.Attempts)
        );
        Assert.Equal(1, seen.Health.Failures.All().Single(failure => failure.Reason == "unavailable").Count);
    }

    [Fact]
    public void It_is_told_when_each_automation_is_polled_next_also_after_the_clock_was_set()
    {
        var book = Book([A, B]);
        Assert.All(book.Snapshot.Campaigns, seen => Assert.Equal(Noon, seen.NextPoll));
        var before = book.Snapshot.Campaigns[1];

        Poll(book, book.Due(Noon)[0], Good, Noon);

        Assert.Equal(Noon.AddMinutes(2.5), book.Snapshot.Campaigns[0].NextPoll);
        Assert.Same(before, book.Snapshot.Campaigns[1]);
        book.ClockMoved(TimeSpan.FromHours(-1), new ClockReading(Noon.AddHours(-1), Timestamp: 0));
        Assert.Equal(Noon.AddMinutes(2.5).AddHours(-1), book.Snapshot.Campaigns[0].NextPoll);
    }

    [Fact]
    public void The_last_ten_attempts_are_remembered_the_newest_first()
    {
        var book = Book([A]);
        var automation = book.Due(Noon)[0];
        foreach (var minute in Enumerable.Range(0, 11))
        {
            Poll(book, automation, Good, Noon.AddMinutes(minute));
        }

        Poll(book, automation, Failed(FailureReason.Unavailable), Noon.AddMinutes(11));

        var recent = book.Snapshot.Campaigns[0].Health.Recent;
        Assert.Equal(Enumerable.Range(2, 10).Reverse().Select(minute => Noon.AddMinutes(minute)), recent.Select(attempt => attempt.At));
        Assert.Equal(FailureReason.Unavailable, recent[0].Reason);
        Assert.Null(recent[1].Reason);
    }

    [Fact]
    public void A_refused_key_is_probed_by_one_poll_at_a_time_and_all_go_on_when_it_is_accepted()
    {
        var book = Book([A, B]);
        var (a, b) = (book.Due(Noon)[0], book.Due(Noon)[1]);
        book.Heard(Refused, Noon);
        Assert.False(book.Snapshot.KeyAccepted);

        // Unasked until the first probe is due.
        Assert.Equal(FailureReason.Unauthorized, book.Started(a, Noon.AddSeconds(1)).Known?.Reason);
        book.Ended(a, Failed(FailureReason.Unauthorized), Noon.AddSeconds(1));
        Assert.Equal(FailureReason.Unauthorized, book.Started(b, Noon.AddSeconds(1)).Known?.Reason);
        book.Ended(b, Failed(FailureReason.Unauthorized), Noon.AddSeconds(1));

        // Nothing is due by itself then, so something is brought forward, once.
        Assert.Equal(Noon.AddSeconds(5), book.NextDue);
        book.ChooseProber(Noon.AddSeconds(5));
        var prober = Assert.Single(book.Due(Noon.AddSeconds(5)));
        Assert.Equal(new PollStart(Known: null, IsProbe: true), book.Started(prober, Noon.AddSeconds(5)));
        book.ChooseProber(Noon.AddSeconds(50));
        Assert.Empty(book.Due(Noon.AddSeconds(50)));

        book.Heard(KeyStanding.Unknown.Accepted(), Noon.AddSeconds(51));
        book.Ended(prober, Good, Noon.AddSeconds(51));
        Assert.True(book.Snapshot.KeyAccepted);
        Assert.Equal(Noon.AddSeconds(51), (prober == a ? b : a).Due);
    }

    /// <summary>One that stays forbidden was asked for all, for ever.</summary>
    [Fact]
    public void Of_a_forbidden_account_each_campaign_is_asked_in_its_turn()
    {
        var book = Book([A, B]);
        foreach (var campaign in book.Due(Noon))
        {
            Poll(book, campaign, Failed(FailureReason.Forbidden), Noon);
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

                book.Ended(campaign, Failed(FailureReason.Forbidden), due);
            }
        }

        Assert.Equal([A, B, A, B], asked);
    }

    [Fact]
    public void An_id_that_is_the_name_of_another_automation_is_not_polled_under_its_label()
    {
        var plan = new AccountPlan(
            new PollOptions(),
            new AccountOptions
            {
                Api = new ApiOptions { ApiKey = ApiKey.FromValue("SG.x") },
                Automations = new AutomationsOptions { List = [new AutomationOptions { Id = A, Name = "welcome" }] },
            },
            new LinksOptions()
        );
        var book = new AccountBook(plan, new PollLog(NullLogger.Instance, "main"), Noon);

        Discover(book, [A, "welcome", B], Noon);

        Assert.Equal(["welcome", B], book.Snapshot.Campaigns.Select(campaign => campaign.Label));
    }

    [Fact]
    public void A_probe_that_was_canceled_is_made_again()
    {
        var book = Book([A]);
        book.Heard(Refused, Noon.AddSeconds(-5));
        book.ChooseProber(Noon);
        var campaign = Assert.Single(book.Due(Noon));
        Assert.True(book.Started(campaign, Noon).IsProbe);
        book.Ended(campaign, Failed(FailureReason.Canceled), Noon.AddSeconds(1));

        book.ChooseProber(Noon.AddSeconds(10));
        Assert.True(book.Started(campaign, Noon.AddSeconds(10)).IsProbe);
    }

    /// <summary>
    /// Once an interval the same one would be due each time: refused for itself, it would keep the account refused for ever.
    /// </summary>
    [Fact]
    public void Of_a_refused_account_each_campaign_is_the_probe_in_its_turn()
    {
        var book = Book([A, B]);
        book.Heard(Refused, Noon);
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

                book.Ended(campaign, Failed(FailureReason.Unauthorized), due);
            }
        }

        Assert.All(probes.Zip(probes.Skip(1)), pair => Assert.NotEqual(pair.First, pair.Second));
    }

    [Fact]
    public void A_failure_under_options_that_were_replaced_leaves_no_trace_and_is_asked_again_at_once()
    {
        var book = Book([A], discover: true);
        Discover(book, [A], Noon);
        var campaign = Assert.Single(book.Due(Noon));
        book.Started(campaign, Noon);
        book.DiscoveryStarted(CampaignKind.Automation, Noon);
        var before = book.Snapshot;

        book.Outdated(campaign, Noon.AddSeconds(1));
        book.DiscoveryOutdated(CampaignKind.Automation, Noon.AddSeconds(1));

        Assert.Same(before, book.Snapshot);
        Assert.Equal(campaign, Assert.Single(book.Due(Noon.AddSeconds(1))));
        Assert.Equal([CampaignKind.Automation], book.DiscoveriesDue(Noon.AddSeconds(1)));
    }

    [Fact]
    public void A_configured_automation_that_a_complete_list_does_not_name_is_told_once()
    {
        var lines = new Lines();
        var book = Book([A], discover: true, log: lines);
        Assert.Null(book.Snapshot.Campaigns[0].IsListed);

        Discover(book, [B], Noon);
        Discover(book, [B], Noon.AddMinutes(15));
        Assert.Equal([false, true], book.Snapshot.Campaigns.Select(campaign => campaign.IsListed));
        Assert.Single(lines.Levels, level => level == LogLevel.Warning);

        Discover(book, [A.ToUpperInvariant(), B], Noon.AddMinutes(30));
        Assert.Equal([true, true], book.Snapshot.Campaigns.Select(campaign => campaign.IsListed));
    }

    [Fact]
    public void Rows_without_an_id_are_counted_and_told_once_until_there_are_none()
    {
        var lines = new Lines();
        var book = Book([], discover: true, log: lines);
        foreach (var skipped in (int[])[0, 2, 3, 0, 1])
        {
            book.DiscoveryStarted(CampaignKind.Automation, Noon);
            book.DiscoveryEnded(CampaignKind.Automation, new CampaignList([], skipped), Noon, pages: 1, Noon);
            Assert.Equal(skipped, book.Snapshot.SkippedRows[CampaignKind.Automation]);
        }

        Assert.Equal(2, lines.Levels.Count(level => level == LogLevel.Warning));
    }

    [Fact]
    public void Names_that_come_before_the_list_are_shown_with_it()
    {
        var book = Book([], discover: true, names: NameSource.UndocumentedApi);

        book.Named([new AutomationName(A, "welcome", new Dictionary<string, string>())]);
        Discover(book, [A], Noon);

        Assert.Equal("welcome", Assert.Single(book.Snapshot.Campaigns).Name);
    }

    [Fact]
    public void A_canceled_poll_leaves_no_trace()
    {
        var book = Book([A]);
        var before = book.Snapshot;

        Poll(book, book.Due(Noon)[0], Failed(FailureReason.Canceled), Noon);

        Assert.Equal(before.Campaigns, book.Snapshot.Campaigns);
        Assert.False(book.Snapshot.IsTried);
    }

    [Fact]
    public void An_account_is_tried_after_discovery_and_the_first_poll_whatever_came_of_them()
    {
        var book = Book([], discover: true);
        Assert.False(book.Snapshot.IsTried);

        Discover(book, [A], Noon);
        Assert.False(book.Snapshot.IsTried);

        Poll(book, book.Due(Noon)[0], Failed(FailureReason.Timeout), Noon);
        Assert.True(book.Snapshot.IsTried);
    }

    [Fact]
    public void A_discovered_automation_that_is_no_longer_listed_is_not_polled_and_ages_out()
    {
        var book = Book([], discover: true);
        Discover(book, [A, B], Noon);
        foreach (var automation in book.Due(Noon))
        {
            Poll(book, automation, Good, Noon);
        }

        Discover(book, [B], Noon.AddMinutes(15));
        Assert.Equal(B, Assert.Single(book.Due(Noon.AddMinutes(20))).Id);

        book.DropAgedOut(Noon.AddHours(1));
        Assert.Equal(2, book.Snapshot.Campaigns.Length);
        book.DropAgedOut(Noon.AddHours(1).AddSeconds(1));
        Assert.Equal(B, Assert.Single(book.Snapshot.Campaigns).Id);
    }

    [Fact]
    public void A_failed_discovery_changes_nothing_but_its_own_health()
    {
        var book = Book([], discover: true);
        Discover(book, [A], Noon);

        book.DiscoveryStarted(CampaignKind.Automation, Noon);
        book.DiscoveryEnded(CampaignKind.Automation, new ApiError(FailureReason.Forbidden, "403"), Noon, 0, Noon.AddMinutes(15));

        Assert.Equal(A, Assert.Single(book.Snapshot.Campaigns).Id);
        Assert.Equal(
            (Noon, false),
            (book.Snapshot.Discovery[CampaignKind.Automation].LastSuccess, book.Snapshot.Discovery[CampaignKind.Automation].Up)
        );
        Assert.Empty(book.DiscoveriesDue(Noon.AddMinutes(19)));
        Assert.Equal([CampaignKind.Automation], book.DiscoveriesDue(Noon.AddMinutes(20)));
    }

    [Fact]
    public void A_404_is_no_data_yet_until_there_were_rows()
    {
        var missing = new ApiError(FailureReason.NotFound, "404");

        Assert.Empty(CampaignPoll.NotFoundAsEmpty<object>(missing, hadRows: false).Value!.Rows);
        Assert.Equal(missing, CampaignPoll.NotFoundAsEmpty<object>(missing, hadRows: true).Error);
    }

    [Fact]
    public void The_log_reports_each_cause_of_a_failure_once_and_the_recovery()
    {
        var lines = new Lines();
        var book = Book([A], log: lines);
        var automation = book.Due(Noon)[0];

        Poll(book, automation, Failed(FailureReason.Unavailable), Noon);
        Poll(book, automation, Failed(FailureReason.Unavailable), Noon.AddMinutes(5));
        Poll(book, automation, Failed(FailureReason.Timeout), Noon.AddMinutes(10));
        Poll(book, automation, Failed(FailureReason.Unavailable), Noon.AddMinutes(15));
        Poll(book, automation, Good, Noon.AddMinutes(20));
        Poll(book, automation, Good, Noon.AddMinutes(25));

        Assert.Equal([LogLevel.Warning, LogLevel.Warning, LogLevel.Information], lines.Levels.Where(level => level > LogLevel.Debug));
        Assert.Equal(6, lines.Levels.Count(level => level == LogLevel.Debug));
    }

    [Fact]
    public void Trouble_that_the_log_told_is_told_to_end_and_no_other_also_when_the_key_is_refused_in_between()
    {
        var lines = new Lines();
        var book = Book([A], log: lines);
        var automation = book.Due(Noon)[0];

        book.Heard(Refused, Noon);
        book.Ended(automation, Failed(FailureReason.Unauthorized), Noon);
        book.Ended(automation, Failed(FailureReason.Unavailable), automation.Due);
        book.Ended(automation, Failed(FailureReason.Unauthorized), automation.Due);
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

        book.DiscoveryStarted(CampaignKind.Automation, Noon);
        book.Heard(Refused, Noon);
        book.DiscoveryEnded(CampaignKind.Automation, new ApiError(FailureReason.Unauthorized, "401"), Noon, 0, Noon);
        book.Heard(KeyStanding.Unknown.Accepted(), Noon.AddMinutes(5));
        Discover(book, [], Noon.AddMinutes(5));

        Assert.Equal([LogLevel.Error, LogLevel.Information], lines.Levels);
    }

    [Fact]
    public void The_budget_is_what_the_cycles_need_of_what_the_rate_gives()
    {
        var book = Book([A, B]);
        Assert.Null(book.Snapshot.BudgetUtilization);

        foreach (var automation in book.Due(Noon))
        {
            Poll(book, automation, Good with { Pages = 30 }, Noon);
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
            Api = new ApiOptions
            {
                ApiKey = ApiKey.FromValue("SG.x"),
                Rate = new RateOptions { Concurrency = concurrency },
            },
            Automations = new AutomationsOptions
            {
                Discover = discover,
                Names = names,
                List = [.. ids.Select(id => new AutomationOptions { Id = id })],
            },
        };
        return new AccountBook(
            new AccountPlan(new PollOptions(), account, new LinksOptions()),
            new PollLog(log ?? NullLogger.Instance, "main"),
            Noon
        );
    }

    private static void Poll(AccountBook book, PolledCampaign automation, PollOutcome outcome, DateTimeOffset now)
    {
        Assert.Equal(default, book.Started(automation, now));
        book.Ended(automation, outcome, now);
    }

    private static void Discover(AccountBook book, string[] ids, DateTimeOffset now)
    {
        book.DiscoveryStarted(CampaignKind.Automation, Noon);
        book.DiscoveryEnded(
            CampaignKind.Automation,
            new CampaignList([.. ids.Select(id => new ListedCampaign(id))], SkippedRows: 0),
            now,
            pages: 1,
            now
        );
    }

    private static PollOutcome Found(params ObservedLink[] links) =>
        new(new PollFindings(links, ReportedClicks: null, CountMismatch: false, []), Error: null, Pages: 1, TimeSpan.FromSeconds(1));

    private static PollOutcome Failed(FailureReason kind) => new(Found: null, new ApiError(kind, kind.ToString()), Pages: 0, TimeSpan.Zero);

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
