using Exporter.Polling;
using Exporter.SendGrid;
using Exporter.SendGrid.Keys;
using Exporter.Snapshots;
using Microsoft.Extensions.Logging.Abstractions;

namespace Exporter.Tests.Polling;

/// <summary>What a reload does to what is known of an account.</summary>
public sealed class PlanTransitionsTests
{
    private static readonly string A = Some.AutomationId(1);
    private static readonly string B = Some.AutomationId(2);

    [Fact]
    public void What_stays_keeps_values_counters_and_schedule()
    {
        var plan = Plan([new ConfiguredAutomation { Id = A }, new ConfiguredAutomation { Id = B }]);
        var book = Polled(plan);
        var (before, due) = (book.Snapshot, book.NextDue);

        book.Reconfigure(plan with { Links = new LinksOptions { MaxPerCampaign = 100 } }, Some.Noon.AddMinutes(1));

        Assert.Equal(due, book.NextDue);
        Assert.Equal(before.Campaigns.Select(Known), book.Snapshot.Campaigns.Select(Known));

        static (string, PollHealth, long) Known(CampaignSnapshot campaign) =>
            (campaign.Label, campaign.Health, campaign.Data!.Links.Links[0].Clicks);
    }

    [Fact]
    public void A_renamed_automation_goes_on_under_its_new_name_and_one_that_is_gone_goes_at_once()
    {
        var book = Polled(Plan([new ConfiguredAutomation { Id = A, Name = "old" }, new ConfiguredAutomation { Id = B }]));

        book.Reconfigure(Plan([new ConfiguredAutomation { Id = A.ToUpperInvariant(), Name = "new" }]), Some.Noon.AddMinutes(1));

        var only = Assert.Single(book.Snapshot.Campaigns);
        Assert.Equal(("new", 1L, 5L), (only.Label, only.Health.Attempts, only.Data!.Links.Links[0].Clicks));
    }

    [Fact]
    public void A_poll_that_ends_after_its_campaign_was_removed_leaves_no_trace()
    {
        var book = Polled(Plan([new ConfiguredAutomation { Id = A }, new ConfiguredAutomation { Id = B }]));
        var gone = book.Due(Some.Noon.AddMinutes(5)).First(campaign => campaign.Id == B);
        book.Started(gone, Some.Noon.AddMinutes(5));

        book.Reconfigure(Plan([new ConfiguredAutomation { Id = A }]), Some.Noon.AddMinutes(6));
        book.Ended(gone, Good, Some.Noon.AddMinutes(7));

        Assert.Equal(A, Assert.Single(book.Snapshot.Campaigns).Id);
    }

    [Fact]
    public void A_new_one_is_polled_at_once()
    {
        var book = Polled(Plan([new ConfiguredAutomation { Id = A }]));

        book.Reconfigure(Plan([new ConfiguredAutomation { Id = A }, new ConfiguredAutomation { Id = B }]), Some.Noon.AddMinutes(1));

        Assert.Equal(B, Assert.Single(book.Due(Some.Noon.AddMinutes(1))).Id);
        Assert.True(book.Snapshot.IsTried, "what was ready stays ready");
    }

    [Theory]
    [InlineData(10, 10)]
    [InlineData(300, 299)]
    [InlineData(86400, 299)]
    public void A_shorter_interval_holds_at_once_and_no_wait_grows_by_a_longer_one(int seconds, int longestWait)
    {
        var book = Polled(Plan([new ConfiguredAutomation { Id = A }]));

        book.Reconfigure(Plan([new ConfiguredAutomation { Id = A, Interval = TimeSpan.FromSeconds(seconds) }]), Some.Noon.AddSeconds(1));

        Assert.InRange(book.NextDue - Some.Noon.AddSeconds(1), TimeSpan.FromTicks(1), TimeSpan.FromSeconds(longestWait));
        Assert.Equal(TimeSpan.FromSeconds(seconds), Assert.Single(book.Snapshot.Campaigns).Interval);
    }

    [Fact]
    public void Turning_discovery_off_removes_what_it_found_and_turning_it_on_reads_the_list_at_once()
    {
        var book = Polled(Plan([]) with { Account = Account([], discover: true) }, listed: [A]);
        Assert.Equal(A, Assert.Single(book.Snapshot.Campaigns).Id);

        book.Reconfigure(Plan([]), Some.Noon.AddMinutes(1));
        Assert.Empty(book.Snapshot.Campaigns);
        Assert.Empty(book.Snapshot.Discovery);
        Assert.Empty(book.DiscoveriesDue(Some.Noon.AddDays(1)));

        book.Reconfigure(Plan([]) with { Account = Account([], discover: true) }, Some.Noon.AddMinutes(2));
        Assert.Equal([CampaignKind.Automation], book.DiscoveriesDue(Some.Noon.AddMinutes(2)));
    }

    [Fact]
    public void A_list_of_which_nothing_else_is_wanted_is_not_walked_again_for_a_reload()
    {
        var plan = Plan([]) with { Account = Account([], discover: true) };
        var book = Polled(plan, listed: [A]);

        book.Reconfigure(plan with { Poll = new PollOptions { MaxAge = TimeSpan.FromHours(2) } }, Some.Noon.AddMinutes(1));

        Assert.Empty(book.DiscoveriesDue(Some.Noon.AddMinutes(14)));
    }

    [Fact]
    public void An_excluded_automation_goes_at_once_and_a_list_read_meanwhile_does_not_bring_it_back()
    {
        var book = Polled(Plan([]) with { Account = Account([], discover: true) }, listed: [A, B]);
        book.DiscoveryStarted(CampaignKind.Automation, Some.Noon);

        book.Reconfigure(Plan([]) with { Account = Account([], discover: true, exclude: A) }, Some.Noon.AddMinutes(1));
        List(book, [A, B], Some.Noon.AddMinutes(2));

        Assert.Equal(B, Assert.Single(book.Snapshot.Campaigns).Id);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_automation_removed_from_the_configuration_stays_under_its_id_only_if_discovery_knows_it(bool isKnown)
    {
        var book = Polled(
            Plan([]) with
            {
                Account = Account([new ConfiguredAutomation { Id = A, Name = "mine" }], discover: true),
            },
            listed: isKnown ? [A] : []
        );

        book.Reconfigure(Plan([]) with { Account = Account([], discover: true) }, Some.Noon.AddMinutes(1));

        Assert.Equal(isKnown ? [A] : [], book.Snapshot.Campaigns.Select(campaign => campaign.Label));
        Assert.Equal([CampaignKind.Automation], book.DiscoveriesDue(Some.Noon.AddMinutes(1)));
    }

    [Fact]
    public void A_reload_tries_a_refused_key_at_once()
    {
        var plan = Plan([new ConfiguredAutomation { Id = A }]);
        var refusal = new ApiError(FailureReason.Unauthorized, "401");
        var book = Polled(plan, outcome: Some.Failed(refusal));
        book.Heard(
            Enumerable
                .Range(0, 3)
                .Aggregate(KeyStanding.Unknown, (key, number) => key.AfterRefusal(refusal, TimeSpan.FromSeconds(5 * number))),
            Some.Noon.AddMinutes(1)
        );
        Assert.Empty(book.Due(Some.Noon.AddMinutes(1)));

        book.Reconfigure(plan, Some.Noon.AddMinutes(1));

        book.ChooseProber(Some.Noon.AddMinutes(1));
        Assert.True(book.Started(Assert.Single(book.Due(Some.Noon.AddMinutes(1))), Some.Noon.AddMinutes(1)).IsProbe);
    }

    [Fact]
    public void Less_of_the_urls_is_shown_at_once_and_the_numbers_stay()
    {
        var plan = Plan([new ConfiguredAutomation { Id = A }]);
        var book = Polled(plan);

        book.Reconfigure(plan with { Links = new LinksOptions { Url = UrlDisplay.Host } }, Some.Noon.AddMinutes(1));

        var link = Assert.Single(book.Snapshot.Campaigns[0].Data!.Links.Links);
        Assert.Equal((5, "shop.example"), (link.Clicks, Assert.Single(link.Urls)));
    }

    [Fact]
    public void Statistics_that_are_no_longer_polled_go_at_once_and_names_that_are_no_longer_asked_for()
    {
        var asked = Account(
            [new ConfiguredAutomation { Id = A, Steps = [new ConfiguredStep { Id = "s", Name = "mine" }] }],
            discover: false
        );
        asked = asked with { Automations = asked.Automations with { Names = NameSource.UndocumentedApi } };
        var book = Polled(Plan([]) with { Account = asked });
        book.Named([new AutomationName(A, "told", new Dictionary<string, string> { ["s"] = "told", ["t"] = "told" })]);
        Assert.Equal(("told", "s mine, t told"), Names(book));

        book.Reconfigure(
            Plan([]) with
            {
                Account = asked with { Automations = asked.Automations with { Names = NameSource.Config, StepStats = false } },
            },
            Some.Noon.AddMinutes(1)
        );

        Assert.Equal((null, "s mine"), Names(book));
        Assert.Empty(book.Snapshot.Campaigns[0].Data!.Statistics);

        static (string?, string) Names(AccountBook book) =>
            (
                book.Snapshot.Campaigns[0].Name,
                string.Join(", ", book.Snapshot.Campaigns[0].StepNames.Select(step => $"{step.StepId} {step.Name}"))
            );
    }

    private static PollOutcome Good { get; } =
        new(
            new PollFindings(
                [Some.Link(url: "https://shop.example/offer")],
                ReportedClicks: null,
                CountMismatch: false,
                [new EmailStatistics(new EmailKey("s"), [.. Enumerable.Range(0, 12).Select(static number => (long)number)])]
            ),
            Error: null,
            Pages: 1,
            TimeSpan.FromSeconds(1)
        );

    private static AccountPlan Plan(ConfiguredAutomation[] list) => Some.Plan(Account(list, discover: false));

    private static AccountOptions Account(ConfiguredAutomation[] list, bool discover, params string[] exclude) =>
        new()
        {
            Api = Some.Api,
            Automations = new AutomationsOptions
            {
                Discover = discover,
                List = list,
                Exclude = exclude,
            },
        };

    /// <summary>A book after its list was walked and everything was polled once, at noon.</summary>
    private static AccountBook Polled(AccountPlan plan, string[]? listed = null, PollOutcome? outcome = null)
    {
        var book = new AccountBook(plan, new PollLog(NullLogger.Instance, "main"), Some.Noon);
        if (listed is not null)
        {
            book.DiscoveryStarted(CampaignKind.Automation, Some.Noon);
            List(book, listed, Some.Noon);
        }

        foreach (var campaign in book.Due(Some.Noon))
        {
            book.Started(campaign, Some.Noon);
            book.Ended(campaign, outcome ?? Good, Some.Noon);
        }

        return book;
    }

    private static void List(AccountBook book, string[] ids, DateTimeOffset now) =>
        book.DiscoveryEnded(CampaignKind.Automation, Some.List(ids), now, pages: 1, now);
}
