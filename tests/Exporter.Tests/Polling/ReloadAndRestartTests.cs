using CsCheck;
using Exporter.History;
using Exporter.Polling;
using Exporter.Snapshots;
using Exporter.Tests.History;
using Exporter.Tests.Polling.Model;

namespace Exporter.Tests.Polling;

/// <summary>What a configuration turns off is gone after a restart as it is after a reload.</summary>
public sealed class ReloadAndRestartTests : StoreTests
{
    private static DateTimeOffset Second => AnyPast.Second;

    [Fact]
    public void A_restart_under_another_configuration_shows_what_a_reload_to_it_shows() =>
        Gen.Select(Gen.Int[0, 1_000_000], Gen.Int[0, 1_000_000], Gen.Int[0, 1_000_000])
            .Sample(
                (before, after, found) =>
                {
                    var book = AnyPast.Polled(AnyPast.PlanOf(before), new Random(found));
                    var next = AnyPast.PlanOf(after);
                    var saved = Saved(book.Snapshot);

                    book.Reconfigure(next, Second);
                    var restarted = AnyPast.Book(next with { Saved = saved }, Second);

                    Assert.Equal(Shown(book.Snapshot), Shown(restarted.Snapshot));
                },
                iter: 300,
                threads: 1
            );

    /// <summary>While a disk is full, what left is handed over from memory.</summary>
    [Fact]
    public void An_account_that_comes_back_before_it_could_be_saved_is_as_if_it_had_been() =>
        Gen.Select(Gen.Int[0, 1_000_000], Gen.Int[0, 1_000_000], Gen.Int[0, 1_000_000])
            .Sample(
                (before, after, found) =>
                {
                    using var database = HistoryDatabase.Open(Path.Combine(StorePath, $"{Guid.NewGuid():N}.db"));
                    var book = AnyPast.Polled(
                        AnyPast.PlanOf(before),
                        new Random(found),
                        (book, now) =>
                        {
                            if (now < Second)
                            {
                                database.Save(Of(book.Snapshot), now);
                            }
                        }
                    );
                    book.Reconfigure(AnyPast.PlanOf(found), Second);
                    var account = book.Snapshot;
                    var left = new LeftAccounts(TimeProvider.System);
                    left.Replace(Of(account), new Snapshot());

                    var unsaved = left.Find([account.Identity])[account.Identity].Over(Read());
                    database.Save(Of(account), Second);

                    Assert.Equal(Begun(Read()), Begun(unsaved));

                    SavedAccount Read() => database.Saved(account.Identity, Second, CancellationToken.None);

                    List<string> Begun(SavedAccount saved) =>
                        Everything(AnyPast.Book(AnyPast.PlanOf(after) with { Saved = saved }, Second).Snapshot);
                },
                iter: 300,
                threads: 1
            );

    [Fact]
    public void Statistics_that_are_turned_off_are_not_served_from_saved_state()
    {
        var (on, off) = (Plan(new AutomationsOptions()), Plan(new AutomationsOptions { StepStats = false }));

        var restarted = Restarted(on, off);

        Assert.All(restarted.Snapshot.Campaigns, static campaign => Assert.Empty(campaign.Data!.Statistics));
        Assert.All(Restarted(on, on).Snapshot.Campaigns, static campaign => Assert.NotEmpty(campaign.Data!.Statistics));
    }

    [Fact]
    public void A_configured_name_of_a_step_ends_with_the_configuration_and_not_at_a_later_restart()
    {
        var named = Named([new ConfiguredStep { Id = "third", Name = "configured" }]);

        var restarted = Restarted(named, Named([]));

        Assert.Equal([("step", "told"), ("other", "told")], Assert.Single(restarted.Snapshot.Campaigns).StepNames);
        Assert.Equal(
            [("third", "configured"), ("step", "told"), ("other", "told")],
            Assert.Single(Restarted(named, named).Snapshot.Campaigns).StepNames
        );

        static AccountPlan Named(IReadOnlyList<ConfiguredStep> steps) =>
            Plan(
                new AutomationsOptions
                {
                    Discover = false,
                    Names = NameSource.UndocumentedApi,
                    List = [new ConfiguredAutomation { Id = "a", Steps = steps }],
                }
            );
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Name_and_status_of_a_single_send_go_with_the_list_that_told_them(bool byReload)
    {
        var (on, off) = (Sends(discover: true), Sends(discover: false));
        var book = byReload ? AnyPast.Polled(on, new Random(1)) : Restarted(on, off);
        if (byReload)
        {
            Assert.Equal("triggered", book.Snapshot.Campaigns.Single(static send => send.Id == "s").Status);
            book.Reconfigure(off, Second);
        }

        var send = Assert.Single(book.Snapshot.Campaigns);
        Assert.Equal((null, null, true), (send.Name, send.Status, send.Data is not null));

        static AccountPlan Sends(bool discover) =>
            new(
                new PollOptions { MaxAge = TimeSpan.FromHours(6) },
                Some.Account() with
                {
                    SingleSends = new SingleSendsOptions { Discover = discover, List = [new ConfiguredSingleSend { Id = "s" }] },
                },
                new LinksOptions()
            );
    }

    [Fact]
    public void A_single_send_that_was_sent_too_long_ago_is_not_served_by_a_restart_either()
    {
        var restarted = Restarted(Within(days: 30), Within(days: 1));

        Assert.Empty(restarted.Snapshot.Campaigns);
        Assert.NotEmpty(Restarted(Within(days: 30), Within(days: 29)).Snapshot.Campaigns);

        static AccountPlan Within(int days) =>
            new(
                new PollOptions { MaxAge = TimeSpan.FromHours(6) },
                Some.Account() with
                {
                    SingleSends = new SingleSendsOptions { Discover = true, SentWithin = TimeSpan.FromDays(days) },
                },
                new LinksOptions()
            );
    }

    private static AccountPlan Plan(AutomationsOptions automations) =>
        new(new PollOptions { MaxAge = TimeSpan.FromHours(6) }, Some.Account() with { Automations = automations }, new LinksOptions());

    private AccountBook Restarted(AccountPlan before, AccountPlan after) =>
        AnyPast.Book(after with { Saved = Saved(AnyPast.Polled(before, new Random(1)).Snapshot) }, Second);

    /// <summary>What a run leaves for the next one.</summary>
    private SavedAccount Saved(AccountSnapshot account)
    {
        var file = Path.Combine(StorePath, $"{Guid.NewGuid():N}.db");
        using var database = HistoryDatabase.Open(file);
        database.Save(Of(account), Second);
        return database.Saved(account.Identity, Second, CancellationToken.None);
    }

    private static Snapshot Of(AccountSnapshot account) => new() { MaxAge = TimeSpan.FromHours(6), Accounts = [account] };

    private static List<string> Everything(AccountSnapshot account) =>
        [
            $"{account.Awaited} {account.LandingPages} {account.AreLandingPagesKnown} {account.IsTried}",
            .. account
                .Campaigns.Concat(account.Remembered)
                .Select(static each =>
                    $"{each.Kind} {each.Key} {each.IsDelisted} {each.SentAt} {each.Health.Up} {each.Health.LastSuccess} "
                    + $"{each.Health.LastAttempt} {each.Health.Pages} {each.NextPoll} {each.Interval} {each.Data?.LastChange}"
                )
                .Order(StringComparer.Ordinal),
            .. Shown(account),
        ];

    /// <summary>What is served of the campaigns that have values.</summary>
    private static List<string> Shown(AccountSnapshot account) =>
        [
            .. account
                .Campaigns.Where(static campaign => campaign.ServableData(Second, TimeSpan.FromHours(6)) is not null)
                .SelectMany(static campaign =>
                    Describe(campaign, campaign.Data!)
                        .Select(line => $"{campaign.Kind} {campaign.Key} {Label(campaign)} {campaign.Name} {campaign.Status}: {line}")
                )
                .Order(StringComparer.Ordinal),
        ];

    /// <summary>A reload keeps an id as it was spelled first.</summary>
    private static string Label(CampaignSnapshot campaign) => campaign.Label == campaign.Id ? $"{campaign.Key}" : campaign.Label;

    private static IEnumerable<string> Describe(CampaignSnapshot campaign, CampaignData data) =>
        [
            $"steps {string.Join(", ", campaign.ShownSteps().Order())}",
            .. data.Links.Links.Select(static link =>
                $"{link.Email} {link.Location} {link.Clicks} {link.IsShown} {string.Join(' ', link.Urls)} {link.LastIncrease}"
            ),
            .. data.Links.Vanished.Select(static gone =>
                $"{gone.Link.Location} vanished {string.Join(' ', gone.Link.Urls)} {gone.ShownUntil}"
            ),
            .. data.Links.Overflows.Select(static each => $"overflow {each}"),
            .. data.Statistics.Select(static each => $"{each.Email} {string.Join(' ', each.Values)}"),
        ];
}
