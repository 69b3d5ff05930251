using Exporter.Polling;
using Exporter.SendGrid;
using Exporter.Snapshots;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Exporter.Tests.Polling;

public sealed class DiscoveryTransitionsTests
{
    private static readonly string A = Some.AutomationId(1);
    private static readonly string B = Some.AutomationId(2);
    private static readonly PollOutcome Good = Some.Found(Some.Link());

    [Fact]
    public void An_id_that_is_the_name_of_another_automation_is_not_polled_under_its_label()
    {
        var plan = Some.Plan(
            new AccountOptions
            {
                Api = Some.Api,
                Automations = new AutomationsOptions { List = [new ConfiguredAutomation { Id = A, Name = "welcome" }] },
            }
        );
        var book = new AccountBook(plan, new PollLog(NullLogger.Instance, "main"), Some.Noon);

        book.Discover([A, "welcome", B], Some.Noon);

        Assert.Equal(["welcome", B], book.Snapshot.Campaigns.Select(campaign => campaign.Label));
    }

    /// <summary>Else nobody would know why an automation of the account has no series.</summary>
    [Theory]
    [InlineData("welcome")]
    [InlineData("WELCOME")]
    public void One_that_is_left_out_because_another_is_called_so_is_reported_once(string id)
    {
        var lines = new LogLevels();
        var plan = Some.Plan(
            new AccountOptions
            {
                Api = Some.Api,
                Automations = new AutomationsOptions
                {
                    Exclude = ["news"],
                    List =
                    [
                        new ConfiguredAutomation { Id = A, Name = "welcome" },
                        new ConfiguredAutomation { Id = "self", Name = "SELF" },
                        new ConfiguredAutomation { Id = B, Name = "news" },
                    ],
                },
            }
        );
        var book = new AccountBook(plan, new PollLog(lines, "main"), Some.Noon);

        book.Discover([A, B, "self"], Some.Noon);
        Assert.Empty(book.Snapshot.Namesakes[CampaignKind.Automation]);
        Assert.DoesNotContain(LogLevel.Warning, lines.Levels);

        book.Discover([A, B, "self", id, "news"], Some.Noon);
        book.Discover([A, B, "self", id], Some.Noon.AddMinutes(15));
        Assert.Equal([id], book.Snapshot.Namesakes[CampaignKind.Automation]);
        Assert.Single(lines.Levels, level => level == LogLevel.Warning);

        // The operator renames the other one: the list is walked again at once, and this one is polled.
        var renamed = plan.Account.Automations with
        {
            List = [new ConfiguredAutomation { Id = A, Name = "hello" }],
        };
        book.Reconfigure(Some.Plan(plan.Account with { Automations = renamed }), Some.Noon.AddMinutes(16));
        Assert.Contains(CampaignKind.Automation, book.DiscoveriesDue(Some.Noon.AddMinutes(16)));
        book.Discover([A, id], Some.Noon.AddMinutes(16));
        Assert.Contains(book.Snapshot.Campaigns, campaign => campaign.Label == id);
        Assert.Empty(book.Snapshot.Namesakes[CampaignKind.Automation]);
    }

    [Fact]
    public void A_configured_automation_that_the_list_lacks_is_reported_once()
    {
        var lines = new LogLevels();
        var book = AccountBook.Create([A], discover: true, log: lines);
        Assert.Null(book.Snapshot.Campaigns[0].IsListed);

        book.Discover([B], Some.Noon);
        book.Discover([B], Some.Noon.AddMinutes(15));
        Assert.Equal([false, true], book.Snapshot.Campaigns.Select(campaign => campaign.IsListed));
        Assert.Single(lines.Levels, level => level == LogLevel.Warning);

        book.Discover([A.ToUpperInvariant(), B], Some.Noon.AddMinutes(30));
        Assert.Equal([true, true], book.Snapshot.Campaigns.Select(campaign => campaign.IsListed));
    }

    [Fact]
    public void Rows_without_an_id_are_counted_and_reported_once_until_there_are_none()
    {
        var lines = new LogLevels();
        var book = AccountBook.Create([], discover: true, log: lines);
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
        var book = AccountBook.Create([], discover: true, names: NameSource.UndocumentedApi);

        book.Named([new AutomationName(A, "welcome", new Dictionary<string, string>())]);
        book.Discover([A], Some.Noon);

        Assert.Equal("welcome", Assert.Single(book.Snapshot.Campaigns).Name);
    }

    [Fact]
    public void A_discovered_automation_that_is_no_longer_listed_is_not_polled_and_ages_out()
    {
        var book = AccountBook.Create([], discover: true);
        book.Discover([A, B], Some.Noon);
        foreach (var automation in book.Due(Some.Noon))
        {
            book.Poll(automation, Good, Some.Noon);
        }

        book.Discover([B], Some.Noon.AddMinutes(15));
        Assert.Equal(B, Assert.Single(book.Due(Some.Noon.AddMinutes(20))).Id);

        book.DropAgedOut(Some.Noon.AddHours(1));
        Assert.Equal(2, book.Snapshot.Campaigns.Length);
        book.DropAgedOut(Some.Noon.AddHours(1).AddSeconds(1));
        Assert.Equal(B, Assert.Single(book.Snapshot.Campaigns).Id);
    }

    [Fact]
    public void A_failed_discovery_changes_nothing_but_its_own_health()
    {
        var book = AccountBook.Create([], discover: true);
        book.Discover([A], Some.Noon);

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
}
