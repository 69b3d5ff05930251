using Exporter.Polling;
using Exporter.Snapshots;
using Microsoft.Extensions.Logging.Abstractions;

namespace Exporter.Tests.Polling;

/// <summary>Campaigns whose numbers stand still, through the account's book.</summary>
public sealed class StillCampaignTests
{
    private static readonly string Id = Some.AutomationId(1);

    [Fact]
    public void An_idle_automation_is_polled_less_often_until_a_number_moves()
    {
        var book = Book(new PollOptions { IdleInterval = TimeSpan.FromMinutes(20) });
        var now = Some.Noon;
        for (var poll = 0; poll <= AdaptiveInterval.UnchangedPollsBeforeSlowdown; poll++)
        {
            now = Poll(book, clicks: 5);
        }

        Assert.Equal(TimeSpan.FromMinutes(10), Published(book).Interval);
        Assert.InRange(book.NextDue - now, TimeSpan.FromTicks(1), TimeSpan.FromMinutes(10));
        Poll(book, clicks: 5);
        Assert.Equal(TimeSpan.FromMinutes(20), Published(book).Interval);
        Poll(book, clicks: 5);
        Assert.Equal(TimeSpan.FromMinutes(20), Published(book).Interval);
        Poll(book, clicks: 6);
        Assert.Equal(TimeSpan.FromMinutes(5), Published(book).Interval);
    }

    [Fact]
    public void Ending_the_stretching_by_a_reload_ends_the_long_wait_too()
    {
        var poll = new PollOptions
        {
            Interval = TimeSpan.FromSeconds(1),
            MaxAge = TimeSpan.FromHours(12),
            IdleInterval = TimeSpan.FromHours(6),
        };
        var book = Book(poll);
        var now = Some.Noon;
        for (var number = 0; number < AdaptiveInterval.UnchangedPollsBeforeSlowdown + 20; number++)
        {
            now = Poll(book, clicks: 5);
        }

        Assert.Equal(TimeSpan.FromHours(6), Published(book).Interval);
        book.Reconfigure(book.Plan with { Poll = poll with { IdleInterval = null } }, now);

        Assert.Equal(TimeSpan.FromSeconds(1), Published(book).Interval);
        Assert.InRange(book.NextDue - now, TimeSpan.FromTicks(1), TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void A_Single_Send_keeps_its_stretched_rhythm_over_a_restart()
    {
        var before = Published(BookOfSend());
        var restarted = BookOfSend(
            before with
            {
                Health = PollHealth.Resumed(
                    up: true,
                    before.Health.LastSuccess,
                    before.Health.LastAttempt,
                    TimeSpan.Zero,
                    pages: 2,
                    reason: null,
                    error: null
                ),
            }
        );

        Assert.Equal(TimeSpan.FromMinutes(40), Published(restarted).Interval);
        Assert.Equal(before.Health.LastAttempt + TimeSpan.FromMinutes(40), restarted.Snapshot.Campaigns[0].NextPoll);
    }

    [Fact]
    public void An_automation_that_stood_still_for_days_is_polled_as_rarely_after_a_restart()
    {
        var poll = new PollOptions
        {
            Interval = TimeSpan.FromSeconds(1),
            MaxAge = TimeSpan.FromHours(12),
            IdleInterval = TimeSpan.FromHours(6),
        };
        var saved = Some.Automation("welcome", Id) with
        {
            Health = PollHealth.Resumed(up: true, Some.Noon, Some.Noon, TimeSpan.Zero, pages: 1, reason: null, error: null),
            Data = new CampaignData
            {
                Links = LinkTable.Empty.ApplyWalk([Some.Link()], new LinksOptions(), Some.Noon),
                LastChange = new ChangeTime(Some.Noon.AddDays(-9), IsSaved: true),
            },
        };

        Assert.Equal(poll.IdleInterval, Published(Book(poll, discoverSingleSends: false, saved)).Interval);
    }

    [Fact]
    public void A_failure_says_nothing_about_standing_still()
    {
        var book = Book(new PollOptions { IdleInterval = TimeSpan.FromMinutes(20) });
        Poll(book, clicks: 5);
        for (var poll = 0; poll < 2 * AdaptiveInterval.UnchangedPollsBeforeSlowdown; poll++)
        {
            Poll(book, clicks: null);
        }

        Assert.Equal(TimeSpan.FromMinutes(5), Published(book).Interval);
    }

    [Fact]
    public void A_Single_Send_found_days_after_it_was_sent_is_polled_rarely_from_the_start()
    {
        var book = BookOfSend();

        Assert.Equal(TimeSpan.FromMinutes(40), Published(book).Interval);
        Assert.Equal(("Winter sale", "triggered"), (Published(book).Name, Published(book).Status));
        Poll(book, clicks: 6);
        Assert.Equal(TimeSpan.FromMinutes(5), Published(book).Interval);
    }

    /// <summary>A book of a Single Send that was sent three days ago; without saved state it has just been found and polled.</summary>
    private static AccountBook BookOfSend(params CampaignSnapshot[] saved)
    {
        var book = Book(
            new PollOptions { MaxAge = TimeSpan.FromDays(1), DiscoveryInterval = TimeSpan.FromDays(1) },
            discoverSingleSends: true,
            saved
        );
        var sent = new ListedCampaign(Id, "Winter sale", "triggered", Some.Noon.AddDays(-3));
        if (saved.Length == 0)
        {
            book.DiscoveryStarted(CampaignKind.SingleSend, Some.Noon);
            book.DiscoveryEnded(CampaignKind.SingleSend, new CampaignList([sent], SkippedRows: 0), Some.Noon, pages: 1, Some.Noon);
            Poll(book, clicks: 5);
        }

        return book;
    }

    private static CampaignSnapshot Published(AccountBook book) => Assert.Single(book.Snapshot.Campaigns);

    /// <returns>The time of the poll, which is when it was due.</returns>
    private static DateTimeOffset Poll(AccountBook book, long? clicks)
    {
        var due = book.NextDue;
        var campaign = Assert.Single(book.Due(due));
        Assert.Equal(default, book.Started(campaign, due));
        book.Ended(
            campaign,
            clicks is { } count ? Some.Found(Some.Link(clicks: count)) with { Pages = 2 } : Some.Failed(FailureReason.Unavailable),
            due
        );
        return due;
    }

    private static AccountBook Book(PollOptions poll, bool discoverSingleSends = false, params CampaignSnapshot[] saved)
    {
        var account = new AccountOptions
        {
            Api = Some.Api,
            Automations = new AutomationsOptions
            {
                Discover = false,
                List = discoverSingleSends ? [] : [new ConfiguredAutomation { Id = Id }],
            },
            SingleSends = new SingleSendsOptions { Discover = discoverSingleSends },
        };
        return new AccountBook(
            Some.Plan(account, poll) with
            {
                Saved = new SavedAccount([.. saved], [], Damage: null),
            },
            new PollLog(NullLogger.Instance, "main"),
            Some.Noon
        );
    }
}
