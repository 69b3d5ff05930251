using System.Collections.Immutable;
using System.Globalization;
using Exporter.Polling;
using Exporter.Snapshots;
using Exporter.Tests.Snapshots;

namespace Exporter.Tests.Polling;

public sealed class LandingPageKnowledgeTests
{
    /// <summary>
    /// Each automation as a letter: k walked once, w walked and failing since, f failed for itself, o failed otherwise, u not tried yet, d
    /// no longer on the list.
    /// </summary>
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
    [InlineData("kwf", "read", false)]
    [InlineData("wf", "read", false)]
    [InlineData("kw", "read", true)]
    [InlineData("ww", "read", true)]
    [InlineData("ku", "not asked", false)]
    [InlineData("f", "read", false)]
    [InlineData("ff", "not asked", false)]
    [InlineData("u", "not asked", false)]
    [InlineData("fd", "read", false)]
    [InlineData("d", "read", true)]
    public void Without_saved_state_the_list_was_read_and_each_was_walked_or_fails_for_itself(
        string automations,
        string list,
        bool isKnown
    ) => Assert.Equal(isKnown, IsComplete(Account(automations, list), SavedLandingPages.None, id => ForItself(automations, id)));

    [Theory]
    [InlineData("kf", "read", false)]
    [InlineData("kk", "read", true)]
    [InlineData("kk", "asked", false)]
    [InlineData("kw", "read", true)]
    [InlineData("kk", "skipped", false)]
    public void What_is_damaged_in_the_saved_state_may_have_been_told_so_all_must_be_known_again(
        string automations,
        string list,
        bool isKnown
    ) => Assert.Equal(isKnown, IsComplete(Account(automations, list), SavedLandingPages.Damaged, id => ForItself(automations, id)));

    [Fact]
    public void With_a_whole_saved_state_everything_that_was_told_is_known() =>
        Assert.True(IsComplete(Account("u", "asked"), SavedLandingPages.Whole, static _ => null));

    [Theory]
    [InlineData("None")]
    [InlineData("Host")]
    public void Where_no_page_is_shown_there_is_nothing_to_know(string url) => Assert.False(Enum.Parse<UrlDisplay>(url).HasLandingPages());

    [Fact]
    public void Single_Sends_have_no_pages_and_are_not_waited_for()
    {
        var account = Account("", "not asked") with
        {
            Campaigns = [Campaign('u', 0) with { Kind = CampaignKind.SingleSend }],
            Discovery = ImmutableSortedDictionary<CampaignKind, PollHealth>.Empty.Add(CampaignKind.SingleSend, PollHealth.Untried),
        };

        Assert.True(IsComplete(account, SavedLandingPages.None, static _ => null));
    }

    [Theory]
    [InlineData("Whole", true, "Whole")]
    [InlineData("None", true, "None")]
    [InlineData("Damaged", true, "Damaged")]
    [InlineData("Whole", false, "Damaged")]
    [InlineData("None", false, "Damaged")]
    public void The_saved_state_knows_what_was_told_when_it_says_so_and_all_of_it_could_be_read(
        string told,
        bool isReadable,
        string expected
    )
    {
        var (pages, damaged) = (Enum.Parse<SavedLandingPages>(told), Enum.Parse<SavedLandingPages>(expected));
        Assert.Equal(damaged, Known(new SavedAccount([], isReadable ? [] : ["a"], Damage: null) { LandingPagesAsSaved = pages }));
        Assert.Equal(damaged, Known(new SavedAccount([], [], isReadable ? null : new IOException()) { LandingPagesAsSaved = pages }));
        Assert.Equal((SavedLandingPages.Damaged, SavedLandingPages.None), (Known(SavedAccount.Unread), Known(SavedAccount.Nothing)));

        static SavedLandingPages Known(SavedAccount saved) => saved.LandingPagesUnder(UrlDisplay.Path);
    }

    [Fact]
    public void A_snapshot_without_accounts_has_nobody_to_wait_for() => Assert.Empty(new Snapshot().WithUnknownLandingPages);

    private static bool? ForItself(string automations, string id) =>
        automations[int.Parse(id, CultureInfo.InvariantCulture)] switch
        {
            'f' => true,
            'o' or 'w' => false,
            _ => null,
        };

    private static AccountSnapshot Account(string automations, string list) =>
        new()
        {
            Campaigns = [.. automations.Select(Campaign)],
            NamelessIn = list == "skipped" ? [CampaignKind.Automation] : [],
            Discovery = list is "not asked"
                ? ImmutableSortedDictionary<CampaignKind, PollHealth>.Empty
                : ImmutableSortedDictionary<CampaignKind, PollHealth>.Empty.Add(
                    CampaignKind.Automation,
                    list switch
                    {
                        "read" or "skipped" => PollHealth
                            .Untried.Succeeded(Some.Noon, TimeSpan.Zero, pages: 1)
                            .Failed(Some.Noon, TimeSpan.Zero, 1, Failures.Of(FailureReason.Unavailable, "down")),
                        "failed" => PollHealth.Untried.Failed(Some.Noon, TimeSpan.Zero, 1, Failures.Of(FailureReason.Unavailable, "down")),
                        _ => PollHealth.Untried,
                    }
                ),
        };

    private static CampaignSnapshot Campaign(char how, int number) =>
        Some.Automation($"{number}") with
        {
            IsDelisted = how == 'd',
            Health = how switch
            {
                'f' or 'o' => PollHealth.Untried.Failed(Some.Noon, TimeSpan.Zero, 1, Failures.Of(FailureReason.Unavailable, "down")),
                'u' => PollHealth.Untried,
                _ => PollHealth.Untried.Succeeded(Some.Noon, TimeSpan.Zero, 1),
            },
            Data = how is 'k' or 'w' or 'd' ? new CampaignData { Links = LinkTable.Empty } : null,
        };

    private static bool IsComplete(AccountSnapshot account, SavedLandingPages saved, Func<string, bool?> failsForItself) =>
        LandingPageKnowledge.IsComplete(
            account,
            saved,
            account.Campaigns.Where(each =>
                each is { Kind: CampaignKind.Automation, IsDelisted: false } && !LandingPageKnowledge.IsKnown(each)
            ),
            failsForItself
        );
}
