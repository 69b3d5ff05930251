using System.Collections.Immutable;
using System.Globalization;
using Exporter.Polling;
using Exporter.SendGrid;
using Exporter.Snapshots;
using Exporter.Tests.Snapshots;

namespace Exporter.Tests.Polling;

public sealed class PageKnowledgeTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Each automation as a letter: k walked once, f failed for itself, o failed otherwise, u not tried yet, d no longer on the list.</summary>
    [Theory]
    [InlineData("", "asked", false)]
    [InlineData("", "read", true)]
    [InlineData("", "not asked", true)]
    [InlineData("k", "asked", false)]
    [InlineData("k", "failed", false)]
    [InlineData("k", "read", true)]
    [InlineData("kf", "read", true)]
    [InlineData("kf", "not asked", true)]
    [InlineData("ku", "read", false)]
    [InlineData("ko", "read", false)]
    [InlineData("kfo", "not asked", false)]
    [InlineData("ku", "not asked", false)]
    [InlineData("f", "read", false)]
    [InlineData("ff", "not asked", false)]
    [InlineData("u", "not asked", false)]
    [InlineData("fd", "read", false)]
    [InlineData("d", "read", true)]
    public void Without_saved_state_the_list_was_read_and_each_was_walked_or_fails_for_itself(string automations, string list, bool isKnown) =>
        Assert.Equal(isKnown, PageKnowledge.IsComplete(Plan(UrlDisplay.Path), Account(automations, list), SavedPages.None, id => automations[int.Parse(id, CultureInfo.InvariantCulture)] == 'f'));

    [Theory]
    [InlineData("kf", "read", false)]
    [InlineData("kk", "read", true)]
    [InlineData("kk", "asked", false)]
    public void What_is_damaged_in_the_saved_state_may_have_been_told_so_all_must_be_known_again(string automations, string list, bool isKnown) =>
        Assert.Equal(isKnown, PageKnowledge.IsComplete(Plan(UrlDisplay.Full), Account(automations, list), SavedPages.Damaged, static _ => true));

    [Fact]
    public void With_a_whole_saved_state_everything_that_was_told_is_known() =>
        Assert.True(PageKnowledge.IsComplete(Plan(UrlDisplay.Path), Account("u", "asked"), SavedPages.Whole, static _ => false));

    [Theory]
    [InlineData("None")]
    [InlineData("Host")]
    public void Where_no_page_is_shown_there_is_nothing_to_know(string url) =>
        Assert.True(PageKnowledge.IsComplete(Plan(Enum.Parse<UrlDisplay>(url)), Account("u", "asked"), SavedPages.None, static _ => false));

    [Fact]
    public void Single_Sends_have_no_pages_and_are_not_waited_for()
    {
        var account = Account("", "not asked") with
        {
            Campaigns = [Campaign('u', 0) with { Kind = CampaignKind.SingleSend }],
            Discovery = ImmutableSortedDictionary<CampaignKind, PollHealth>.Empty.Add(CampaignKind.SingleSend, PollHealth.Untried),
        };

        Assert.True(PageKnowledge.IsComplete(Plan(UrlDisplay.Path), account, SavedPages.None, static _ => false));
        Assert.Equal(SavedPages.None, PageKnowledge.OfSaved([Campaign('k', 0) with { Kind = CampaignKind.SingleSend }], isWhole: true));
    }

    [Theory]
    [InlineData("", true, "None")]
    [InlineData("d", true, "None")]
    [InlineData("k", true, "Whole")]
    [InlineData("kd", true, "Whole")]
    [InlineData("k", false, "Damaged")]
    [InlineData("", false, "Damaged")]
    public void The_saved_state_knows_what_was_told_when_all_of_it_could_be_read(string restored, bool isWhole, string expected) =>
        Assert.Equal(Enum.Parse<SavedPages>(expected), PageKnowledge.OfSaved(restored.Select(Campaign), isWhole));

    [Theory]
    [InlineData("Unavailable", true, true)]
    [InlineData("InvalidResponse", true, true)]
    [InlineData("Unavailable", false, false)]
    [InlineData("Unauthorized", true, false)]
    [InlineData("RateLimited", true, false)]
    public void An_automation_fails_for_itself_when_the_account_was_seen_to_work_before(string error, bool hadBegunWell, bool isForItself) =>
        Assert.Equal(isForItself, PageKnowledge.FailedForItself(Enum.Parse<ApiErrorKind>(error), hadBegunWell));

    [Fact]
    public void A_snapshot_without_accounts_has_nobody_to_wait_for() => Assert.Empty(new Snapshot().WithUnknownPages);

    private static AccountPlan Plan(UrlDisplay url) => new(
        new PollOptions(), new PolledAccountOptions { Account = new AccountOptions { ApiKey = ApiKey.FromValue("SG.x") } }, new LinksOptions { Url = url });

    private static AccountSnapshot Account(string automations, string list) => new()
    {
        Campaigns = [.. automations.Select(Campaign)],
        Discovery = list is "not asked" ? ImmutableSortedDictionary<CampaignKind, PollHealth>.Empty
            : ImmutableSortedDictionary<CampaignKind, PollHealth>.Empty.Add(CampaignKind.Automation, list switch
            {
                "read" => PollHealth.Untried.Succeeded(Noon, TimeSpan.Zero, pages: 1).Failed(Noon, TimeSpan.Zero, 1, Failures.Of(FailureReason.Unavailable, "down")),
                "failed" => PollHealth.Untried.Failed(Noon, TimeSpan.Zero, 1, Failures.Of(FailureReason.Unavailable, "down")),
                _ => PollHealth.Untried,
            }),
    };

    private static CampaignSnapshot Campaign(char how, int number) => new()
    {
        Kind = CampaignKind.Automation,
        Id = $"{number}",
        Label = $"{number}",
        Interval = TimeSpan.FromMinutes(5),
        IsDelisted = how == 'd',
        Health = how switch
        {
            'f' or 'o' => PollHealth.Untried.Failed(Noon, TimeSpan.Zero, 1, Failures.Of(FailureReason.Unavailable, "down")),
            'u' => PollHealth.Untried,
            _ => PollHealth.Untried.Succeeded(Noon, TimeSpan.Zero, 1),
        },
        Data = how is 'k' or 'd' ? new CampaignData { Links = LinkTable.Empty } : null,
    };
}
