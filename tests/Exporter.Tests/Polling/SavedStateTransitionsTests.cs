using System.Collections.Immutable;
using Exporter.History;
using Exporter.Polling;
using Exporter.SendGrid;
using Exporter.SendGrid.RateLimits;
using Exporter.Snapshots;
using Microsoft.Extensions.Logging.Abstractions;

namespace Exporter.Tests.Polling;

/// <summary>A restart is invisible in the data, and no stampede.</summary>
public sealed class SavedStateTransitionsTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);

    [Fact]
    public void Saved_values_are_served_with_their_true_age_and_the_account_is_ready()
    {
        var book = Book([Saved(1, age: 20)]);

        var served = Assert.Single(book.Snapshot.Campaigns);
        Assert.Equal(5, served.ServableData(Some.Noon, TimeSpan.FromHours(1))!.Links.Links[0].Clicks);
        Assert.Equal((Some.Noon.AddMinutes(-20), 0L), (served.Health.LastSuccess, served.Health.Attempts));
        Assert.True(book.Snapshot.IsTried);
    }

    [Fact]
    public void A_saved_time_in_the_future_is_no_time_until_the_clock_is_put_right()
    {
        var book = Book([Saved(1, age: -60)]);

        var unknown = Assert.Single(book.Snapshot.Campaigns);
        Assert.Null(unknown.Health.LastSuccess);
        Assert.Null(unknown.ServableData(Some.Noon.AddMinutes(70), TimeSpan.FromHours(1)));
        Assert.Single(book.Due(Some.Noon));
        book.ClockMoved(TimeSpan.FromMinutes(90), new ClockReading(Some.Noon.AddMinutes(90), Timestamp: 0));

        var known = Assert.Single(book.Snapshot.Campaigns);
        Assert.Equal(Some.Noon.AddMinutes(60), known.Health.LastSuccess);
        Assert.NotNull(known.ServableData(Some.Noon.AddMinutes(90), TimeSpan.FromHours(1)));
    }

    [Fact]
    public void A_change_that_a_former_run_saw_keeps_its_time_when_the_clock_is_set_and_one_of_this_run_moves()
    {
        var saved = Saved(1, age: 20);
        var change = Some.Noon.AddHours(-3);
        var book = Book([saved with { Data = saved.Data! with { LastChange = new ChangeTime(change, IsSaved: true) } }]);

        book.ClockMoved(TimeSpan.FromHours(1), new ClockReading(Some.Noon.AddHours(1), Timestamp: 0));

        Assert.Equal(change, Assert.Single(book.Snapshot.Campaigns).Data!.LastChange?.At);
    }

    [Fact]
    public void What_a_reload_has_removed_begins_anew_when_another_one_brings_it_back()
    {
        var book = Book([Saved(1, age: 20)]);
        var (whole, without) = (book.Plan, book.Plan.Account with { Automations = new AutomationsOptions { Discover = false } });

        book.Reconfigure(whole with { Account = without }, Some.Noon);
        book.Reconfigure(whole, Some.Noon);

        Assert.Null(Assert.Single(book.Snapshot.Campaigns).Data);
        Assert.Null(book.Snapshot.Campaigns[0].Health.LastSuccess);
    }

    [Fact]
    public void The_next_poll_of_each_comes_an_interval_after_its_last_one_as_if_nothing_had_happened()
    {
        var book = Book([Saved(1, age: 4), Saved(2, age: 1)]);

        Assert.Empty(book.Due(Some.Noon.AddSeconds(59)));
        Assert.Equal([Some.AutomationId(1)], book.Due(Some.Noon.AddMinutes(1)).Select(campaign => campaign.Id));
        Assert.Equal(Some.Noon.AddMinutes(1), book.NextDue);
    }

    [Fact]
    public void After_a_longer_stop_the_polls_are_spread_over_the_interval_the_oldest_first()
    {
        var book = Book([.. Enumerable.Range(1, 5).Select(number => Saved(number, age: 20 + number))]);

        Assert.Equal([Some.AutomationId(5)], DueUntil(book, Some.Noon));
        Assert.Equal(
            [Some.AutomationId(5), Some.AutomationId(4), Some.AutomationId(3), Some.AutomationId(2)],
            DueUntil(book, Some.Noon.AddSeconds(239))
        );
        Assert.Equal(5, DueUntil(book, Some.Noon.AddMinutes(4)).Count);
    }

    [Fact]
    public void What_is_too_old_to_be_served_is_asked_for_at_once()
    {
        var book = Book([Saved(1, age: 61), Saved(2, age: 600), Saved(3, age: 4)]);

        Assert.Equal([Some.AutomationId(1), Some.AutomationId(2)], DueUntil(book, Some.Noon));
    }

    [Fact]
    public void What_would_be_too_old_before_its_turn_comes_earlier()
    {
        var book = Book([.. Enumerable.Range(1, 10).Select(number => Saved(number, age: 59))]);

        Assert.Single(DueUntil(book, Some.Noon));
        Assert.Equal(10, DueUntil(book, Some.Noon.AddSeconds(30)).Count);
    }

    [Fact]
    public void What_grew_over_the_restart_has_increased_and_what_is_gone_has_vanished()
    {
        var book = Book([Saved(1, age: 20)]);
        var campaign = book.Due(Some.Noon)[0];
        Assert.Equal(default, book.Started(campaign, Some.Noon));

        book.Ended(campaign, Some.Found(Some.Link("s", "0", 6)), Some.Noon.AddSeconds(1));

        var links = Assert.Single(book.Snapshot.Campaigns).Data!.Links;
        Assert.Equal(Some.Noon.AddSeconds(1), Assert.Single(links.Links).LastIncrease);
        Assert.Equal(
            ("1", Some.Noon.AddSeconds(1).AddDays(1)),
            (Assert.Single(links.Vanished).Link.Location, links.Vanished[0].ShownUntil)
        );
    }

    [Fact]
    public void A_404_after_the_restart_of_what_had_rows_is_no_empty_list()
    {
        var book = Book([Saved(1, age: 20)]);

        Assert.True(book.Due(Some.Noon)[0].HadLinks);
    }

    /// <summary>Links that vanished leave the walk after a while; that they were there is never forgotten.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Whether_there_ever_were_rows_is_saved(bool had)
    {
        var saved = Saved(1, age: 20);
        var data = new CampaignData
        {
            Links = LinkTable.Empty,
            HadLinks = had,
            HadStatistics = had,
        };

        var read = StoredWalkMapper.Restore(StoredWalkMapper.TryUnpack(StoredWalkMapper.Pack(StoredWalkMapper.ToStored(saved, data)))!);

        Assert.Equal((had, had), (read.HadLinks, read.HadStatistics));
    }

    [Fact]
    public void Saved_values_that_are_read_late_fill_gaps_and_replace_no_newer_walk()
    {
        var book = Book([Saved(1, age: 20), Saved(2, age: 20)], isThere: false);
        var walked = book.Due(Some.Noon).First(campaign => campaign.Id == Some.AutomationId(1));
        book.Started(walked, Some.Noon);
        book.Ended(walked, Some.Found(Some.Link("s", "0", 6)), Some.Noon.AddSeconds(1));

        book.Resume(
            new SavedAccount([Saved(1, age: 20), Saved(2, age: 20), Saved(3, age: 20)], [], Damage: null)
            {
                LandingPagesAsSaved = SavedLandingPages.Whole,
            },
            Some.Noon.AddSeconds(2)
        );

        Assert.Equal(
            [(Some.AutomationId(1), 6L, Some.Noon.AddSeconds(1)), (Some.AutomationId(2), 5L, Some.Noon.AddMinutes(-20))],
            book.Snapshot.Campaigns.Select(campaign =>
                (campaign.Id, campaign.Data!.Links.Links[0].Clicks, campaign.Health.LastSuccess!.Value)
            )
        );
    }

    /// <summary>Their pages vanished from <c>/sd/links</c> with a restart while the list could not be read.</summary>
    [Fact]
    public void An_expired_discovered_campaign_is_remembered_until_the_list_is_read()
    {
        var book = Discovering([Saved(1, age: 600), Saved(2, age: 600), Saved(3, age: 20)]);
        Assert.Equal([Some.AutomationId(3)], book.Snapshot.Campaigns.Select(campaign => campaign.Id));
        Assert.Equal([Some.AutomationId(1), Some.AutomationId(2)], book.Snapshot.Remembered.Select(campaign => campaign.Id));
        Assert.True(book.Snapshot.AreLandingPagesKnown);

        book.DiscoveryEnded(
            CampaignKind.Automation,
            List(Some.AutomationId(2), Some.AutomationId(3)),
            Some.Noon,
            pages: 1,
            Some.Noon.AddSeconds(1)
        );

        Assert.Empty(book.Snapshot.Remembered);
        Assert.Equal(
            [Some.AutomationId(2), Some.AutomationId(3)],
            book.Snapshot.Campaigns.Select(campaign => campaign.Id).Order(StringComparer.Ordinal)
        );
        Assert.All(book.Snapshot.Campaigns, campaign => Assert.NotNull(campaign.Data));
    }

    [Fact]
    public void What_was_read_only_later_and_is_too_old_to_be_served_is_remembered_too()
    {
        var book = Discovering([]);
        Assert.False(book.Snapshot.AreLandingPagesKnown);

        book.Resume(
            new SavedAccount([Saved(1, age: 600), Saved(2, age: 20)], [], Damage: null) { LandingPagesAsSaved = SavedLandingPages.Whole },
            Some.Noon.AddSeconds(1)
        );

        Assert.Equal([Some.AutomationId(2)], book.Snapshot.Campaigns.Select(campaign => campaign.Id));
        Assert.Equal([Some.AutomationId(1)], book.Snapshot.Remembered.Select(campaign => campaign.Id));
        Assert.True(book.Snapshot.AreLandingPagesKnown);
    }

    [Fact]
    public void A_saved_state_that_holds_nothing_says_nothing_of_what_this_run_has_not_seen()
    {
        var book = Book([Saved(1, age: 20), Saved(2, age: 20)], isThere: false);
        var walked = book.Due(Some.Noon)[0];
        book.Started(walked, Some.Noon);
        book.Ended(walked, Some.Found(Some.Link("s", "0", 6)), Some.Noon.AddSeconds(1));

        book.Resume(SavedAccount.Nothing, Some.Noon.AddSeconds(2));

        Assert.False(book.Snapshot.AreLandingPagesKnown);
    }

    /// <summary>What could not be read may have been listed: to leave it out would say less.</summary>
    [Fact]
    public void A_saved_state_of_which_something_is_damaged_is_served_and_its_pages_wait_for_the_walks()
    {
        var whole = Discovering([Saved(1, age: 20)]);
        var damaged = new AccountBook(
            whole.Plan.With(
                new SavedAccount([Resumed(Saved(1, age: 20))], ["b"], Damage: null) { LandingPagesAsSaved = SavedLandingPages.Whole }
            ),
            new PollLog(NullLogger.Instance, "main"),
            Some.Noon
        );
        Assert.Equal((true, false), (whole.Snapshot.AreLandingPagesKnown, damaged.Snapshot.AreLandingPagesKnown));
        Assert.NotNull(Assert.Single(damaged.Snapshot.Campaigns).Data);

        damaged.DiscoveryEnded(CampaignKind.Automation, List(Some.AutomationId(1)), Some.Noon, pages: 1, Some.Noon.AddSeconds(1));

        Assert.True(damaged.Snapshot.AreLandingPagesKnown);
    }

    /// <summary>
    /// Else its pages would be listed, and after a reload the whole URLs shown, of what the configuration wants no longer.
    /// </summary>
    [Fact]
    public void A_reload_holds_for_what_is_remembered()
    {
        var saved = Saved(1, age: 600) with
        {
            Data = new CampaignData
            {
                Links = LinkTable.Empty.ApplyWalk(
                    [Some.Link(clicks: 1, url: "https://shop.example/?who=me")],
                    new LinksOptions { Url = UrlDisplay.Full },
                    Some.Noon
                ),
            },
        };
        var book = Discovering([saved, Saved(2, age: 600)], new LinksOptions { Url = UrlDisplay.Full });
        var account = book.Plan.Account;

        book.Reconfigure(
            book.Plan with
            {
                Links = new LinksOptions(),
                Account = account with { Automations = new AutomationsOptions { Exclude = [Some.AutomationId(2)] } },
            },
            Some.Noon.AddSeconds(1)
        );

        Assert.Equal(["https://shop.example/"], Assert.Single(book.Snapshot.Remembered).Data!.Links.Links[0].Urls);
        Assert.True(book.Snapshot.AreLandingPagesKnown);

        book.Reconfigure(
            book.Plan with
            {
                Account = account with
                {
                    Automations = new AutomationsOptions
                    {
                        Discover = false,
                        List = [new ConfiguredAutomation { Id = Some.AutomationId(1) }],
                    },
                },
            },
            Some.Noon.AddSeconds(2)
        );

        Assert.Empty(book.Snapshot.Remembered);
        Assert.NotNull(Assert.Single(book.Snapshot.Campaigns).Data);
    }

    [Fact]
    public void A_delisted_campaign_ages_out_over_a_restart_and_is_polled_only_when_listed_again()
    {
        var book = Discovering([Saved(1, age: 20) with { IsDelisted = true }, Saved(2, age: 20)]);
        Assert.Equal(
            [true, false],
            book.Snapshot.Campaigns.OrderBy(campaign => campaign.Id, StringComparer.Ordinal).Select(campaign => campaign.IsDelisted)
        );
        Assert.Equal([Some.AutomationId(2)], DueUntil(book, Some.Noon.AddHours(1)));

        book.DiscoveryEnded(
            CampaignKind.Automation,
            List(Some.AutomationId(1), Some.AutomationId(2)),
            Some.Noon,
            pages: 1,
            Some.Noon.AddMinutes(1)
        );
        Assert.DoesNotContain(book.Snapshot.Campaigns, campaign => campaign.IsDelisted);
    }

    /// <summary>A restart in the middle of the first cycle: not all was told yet, and what was walked is not all.</summary>
    [Theory]
    [InlineData("None")]
    [InlineData("Damaged")]
    public void A_saved_state_of_a_run_that_did_not_know_all_does_not_know_all(string told)
    {
        var plan = Discovering([])
            .Plan.With(
                new SavedAccount([Resumed(Saved(1, age: 20))], [], Damage: null)
                {
                    LandingPagesAsSaved = Enum.Parse<SavedLandingPages>(told),
                }
            );
        var book = new AccountBook(plan, new PollLog(NullLogger.Instance, "main"), Some.Noon);
        Assert.Equal((false, Enum.Parse<SavedLandingPages>(told)), (book.Snapshot.AreLandingPagesKnown, book.Snapshot.LandingPages));

        book.DiscoveryEnded(CampaignKind.Automation, List(Some.AutomationId(1)), Some.Noon, pages: 1, Some.Noon.AddSeconds(1));

        Assert.Equal((true, SavedLandingPages.Whole), (book.Snapshot.AreLandingPagesKnown, book.Snapshot.LandingPages));
    }

    [Fact]
    public void Not_all_pages_are_known_when_only_the_first_configured_automations_were_walked()
    {
        var plan = Book([Saved(1, age: 20), Saved(2, age: 20), Saved(3, age: 20)], isThere: false).Plan;

        var book = new AccountBook(
            plan.With(new SavedAccount([Resumed(Saved(1, age: 20)), Resumed(Saved(2, age: 20))], [], Damage: null)),
            new PollLog(NullLogger.Instance, "main"),
            Some.Noon
        );

        Assert.Equal(
            (false, 2),
            (book.Snapshot.AreLandingPagesKnown, book.Snapshot.Campaigns.Count(campaign => campaign.Data is not null))
        );
    }

    /// <summary>Another process holds the store: what is in it may have been told.</summary>
    [Fact]
    public void A_saved_state_that_could_not_be_read_counts_as_damaged_until_it_is_read()
    {
        var book = new AccountBook(Discovering([]).Plan.With(SavedAccount.Unread), new PollLog(NullLogger.Instance, "main"), Some.Noon);
        Assert.Equal((false, SavedLandingPages.Damaged), (book.Snapshot.AreLandingPagesKnown, book.Snapshot.LandingPages));

        book.Resume(
            new SavedAccount([Saved(1, age: 600)], [], Damage: null) { LandingPagesAsSaved = SavedLandingPages.Whole },
            Some.Noon.AddSeconds(1)
        );

        Assert.Equal((true, SavedLandingPages.Whole), (book.Snapshot.AreLandingPagesKnown, book.Snapshot.LandingPages));
        Assert.Equal([Some.AutomationId(1)], book.Snapshot.Remembered.Select(campaign => campaign.Id));
    }

    /// <summary>Nothing was ever known of any page where none was shown.</summary>
    [Fact]
    public void Where_no_page_is_shown_the_saved_state_does_not_say_that_all_are_known()
    {
        var book = Discovering([], new LinksOptions { Url = UrlDisplay.Host });

        Assert.Equal((true, SavedLandingPages.None), (book.Snapshot.AreLandingPagesKnown, book.Snapshot.LandingPages));
    }

    /// <summary>Each was discovered by a former run, of any age; a reload names any of them, and another one takes that back.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    public void Configured_names_that_are_added_and_removed_again_remove_nothing_before_the_list_is_read(int named)
    {
        var book = Discovering([Saved(1, age: 20), Saved(2, age: 600), Saved(3, age: -60)]);
        var (plan, known) = (book.Plan, Known());
        var list = Enumerable
            .Range(1, 3)
            .Where(number => (named & (1 << (number - 1))) != 0)
            .Select(number => new ConfiguredAutomation { Id = Some.AutomationId(number), Name = $"named-{number}" });

        book.Reconfigure(
            plan with
            {
                Account = plan.Account with
                {
                    Automations = new AutomationsOptions { List = [.. list, new ConfiguredAutomation { Id = Some.AutomationId(4) }] },
                },
            },
            Some.Noon.AddSeconds(1)
        );
        book.DiscoveryEnded(
            CampaignKind.Automation,
            new ApiError(FailureReason.Unavailable, "down"),
            Some.Noon,
            pages: 1,
            Some.Noon.AddSeconds(2)
        );
        book.Reconfigure(plan, Some.Noon.AddSeconds(3));

        Assert.Equal(known, Known());
        Assert.True(book.Snapshot.AreLandingPagesKnown);
        book.DiscoveryEnded(CampaignKind.Automation, List(Some.AutomationId(3)), Some.Noon, pages: 1, Some.Noon.AddSeconds(4));
        Assert.Equal(
            [Some.AutomationId(3)],
            book.Snapshot.Campaigns.Where(campaign => !campaign.IsDelisted).Select(campaign => campaign.Id)
        );
        Assert.Empty(book.Snapshot.Remembered);

        IReadOnlyList<string> Known() =>
            [
                .. book
                    .Snapshot.Campaigns.Concat(book.Snapshot.Remembered)
                    .Where(each => each is { IsDelisted: false, Data: not null })
                    .Select(each => each.Id)
                    .Order(StringComparer.Ordinal),
            ];
    }

    /// <summary>A row without an id may be any of them.</summary>
    [Fact]
    public void A_list_with_rows_without_an_id_takes_nothing_away()
    {
        var book = Discovering([Saved(1, age: 20), Saved(2, age: 600), Saved(3, age: 20), Saved(4, age: 600)]);

        book.DiscoveryEnded(
            CampaignKind.Automation,
            new CampaignList(
                [new ListedCampaign(Some.AutomationId(1)), new ListedCampaign(Some.AutomationId(2))],
                SkippedRows: 1,
                NamelessRows: 1
            ),
            Some.Noon,
            pages: 1,
            Some.Noon.AddSeconds(1)
        );

        Assert.Equal(
            [(Some.AutomationId(1), true), (Some.AutomationId(2), true), (Some.AutomationId(3), null)],
            book.Snapshot.Campaigns.Where(each => !each.IsDelisted).Select(each => (each.Id, each.IsListed)).Order()
        );
        Assert.Equal([Some.AutomationId(4)], book.Snapshot.Remembered.Select(each => each.Id));
        book.Reconfigure(book.Plan, Some.Noon.AddSeconds(2));
        Assert.Equal([Some.AutomationId(4)], book.Snapshot.Remembered.Select(each => each.Id));

        book.DiscoveryEnded(CampaignKind.Automation, List(Some.AutomationId(1)), Some.Noon, pages: 1, Some.Noon.AddSeconds(3));
        Assert.Equal(
            [(Some.AutomationId(1), true), (Some.AutomationId(2), false), (Some.AutomationId(3), false)],
            book.Snapshot.Campaigns.Select(each => (each.Id, each.IsListed)).Order()
        );
        Assert.Equal([Some.AutomationId(1)], book.Snapshot.Campaigns.Where(each => !each.IsDelisted).Select(each => each.Id));
        Assert.Empty(book.Snapshot.Remembered);

        // What is taken away is polled again only when a list names it.
        book.DiscoveryEnded(
            CampaignKind.Automation,
            new CampaignList([new ListedCampaign(Some.AutomationId(3))], SkippedRows: 1, NamelessRows: 1),
            Some.Noon,
            pages: 1,
            Some.Noon.AddSeconds(4)
        );
        Assert.Equal(
            [(Some.AutomationId(1), true), (Some.AutomationId(2), false), (Some.AutomationId(3), true)],
            book.Snapshot.Campaigns.Select(each => (each.Id, each.IsListed)).Order()
        );
    }

    /// <summary>
    /// As "export", which SendGrid lists beside the automations: it is no other automation's row, however often it comes.
    /// </summary>
    [Fact]
    public void A_row_whose_id_cannot_be_asked_for_hides_nothing()
    {
        var book = Discovering([Saved(1, age: 20), Saved(2, age: 20), Saved(3, age: 600)]);

        book.DiscoveryEnded(
            CampaignKind.Automation,
            new CampaignList([new ListedCampaign(Some.AutomationId(1))], SkippedRows: 1),
            Some.Noon,
            pages: 1,
            Some.Noon.AddSeconds(1)
        );

        Assert.Equal(
            [(Some.AutomationId(1), true), (Some.AutomationId(2), false)],
            book.Snapshot.Campaigns.Select(each => (each.Id, each.IsListed)).Order()
        );
        Assert.Equal([Some.AutomationId(1)], book.Snapshot.Campaigns.Where(each => !each.IsDelisted).Select(each => each.Id));
        Assert.Empty(book.Snapshot.Remembered);
    }

    private static ApiResult<CampaignList> List(params string[] ids) => Some.List(ids);

    private static AccountBook Discovering(ImmutableArray<CampaignSnapshot> saved, LinksOptions? links = null) =>
        new(
            new AccountPlan(
                new PollOptions { Interval = Interval },
                new AccountOptions { Api = Some.Api with { Rate = new RateOptions { Concurrency = 100 } } },
                links ?? new LinksOptions()
            )
            {
                Saved = new SavedAccount([.. saved.Select(Resumed)], [], Damage: null)
                {
                    LandingPagesAsSaved = saved.IsEmpty ? SavedLandingPages.None : SavedLandingPages.Whole,
                },
            },
            new PollLog(NullLogger.Instance, "main"),
            Some.Noon
        );

    private static CampaignSnapshot Resumed(CampaignSnapshot saved) =>
        saved with
        {
            Health = PollHealth.Resumed(
                up: true,
                saved.Health.LastSuccess,
                saved.Health.LastAttempt,
                TimeSpan.Zero,
                1,
                reason: null,
                error: null
            ),
        };

    private static IReadOnlyList<string> DueUntil(AccountBook book, DateTimeOffset moment) =>
        [.. book.Due(moment).OrderBy(campaign => campaign.Due).Select(campaign => campaign.Id)];

    private static CampaignSnapshot Saved(int number, int age) =>
        Some.Automation(Some.AutomationId(number)) with
        {
            Interval = TimeSpan.Zero,
            Health = PollHealth.Untried.Succeeded(Some.Noon.AddMinutes(-age), TimeSpan.FromSeconds(1), 1),
            Data = new CampaignData
            {
                Links = LinkTable.Empty.ApplyWalk(
                    [Some.Link("s", "0", 5), Some.Link("s", "1", 3)],
                    new LinksOptions(),
                    Some.Noon.AddMinutes(-age)
                ),
                HadLinks = true,
            },
        };

    private static AccountBook Book(ImmutableArray<CampaignSnapshot> saved, bool isThere = true)
    {
        var account = new AccountOptions
        {
            Api = Some.Api with { Rate = new RateOptions { Concurrency = 100 } },
            Automations = new AutomationsOptions
            {
                Discover = false,
                List = [.. saved.Select(campaign => new ConfiguredAutomation { Id = campaign.Id })],
            },
        };
        return new AccountBook(
            Some.Plan(account, new PollOptions { Interval = Interval }) with
            {
                Saved = isThere ? new SavedAccount([.. saved.Select(Resumed)], [], Damage: null) : SavedAccount.Unread,
            },
            new PollLog(NullLogger.Instance, "main"),
            Some.Noon
        );
    }
}
