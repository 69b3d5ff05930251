using Exporter.Cli;
using Exporter.Configuration;
using Exporter.History;
using Exporter.Hosting;
using Exporter.Polling;
using Exporter.SendGrid;
using Exporter.SendGrid.Keys;
using Exporter.Snapshots;
using Simulator;

namespace Exporter.Tests.Cli;

/// <summary>The demo's store begins with the world's past.</summary>
public sealed class DemoStoreTests : IAsyncDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 3, 15, 12, 2, 0, TimeSpan.Zero);
    private static readonly World World = World.Create(
        WorldOptions.Demo() with
        {
            Start = new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero),
        },
        Now
    );

    private static readonly ExporterOptions Options = new()
    {
        Poll = new PollOptions { Interval = TimeSpan.FromSeconds(10) },
        Accounts = [new AccountOptions { Api = new ApiOptions { ApiKey = ApiKey.FromValue(World.Accounts[0].ApiKey) } }],
    };

    private readonly DemoStore _store = DemoStore.Create(path: null, World, Options, Now, TextWriter.Null);

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Fact]
    public void It_holds_what_was_true_then_and_is_restored_whole()
    {
        var (account, automation) = (Options.Accounts[0].Identity, World.Accounts[0].Automations[0]);
        using var reader = HistoryReader.Open(StoreDirectory.FileIn(_store.Path));

        var saved = reader.Saved(account, Now);
        Assert.True(saved.IsWhole);
        Assert.Equal(
            World
                .Accounts[0]
                .Automations.Select(each => each.Id)
                .Concat(World.Accounts[0].SingleSends.Select(each => each.Id))
                .Order(StringComparer.Ordinal),
            saved.Campaigns.Select(campaign => campaign.Id).Order(StringComparer.Ordinal)
        );
        Assert.All(
            reader.Courses(account, CampaignKind.Automation, automation.Id, [Now.AddHours(-2), Now]),
            link =>
            {
                var real = World
                    .LinkTotals(automation.Id, Now)
                    .Single(row => row.StepId == link.Email.StepOrVariation && $"{row.Location}" == link.Location);
                Assert.Equal(real.Clicks, link.Totals[1]);
                Assert.InRange(link.Totals[0]!.Value, 0, link.Totals[1]!.Value);
            }
        );
    }

    [Fact]
    public void Its_links_can_be_compared_at_once_and_none_stands_out()
    {
        using var reader = HistoryReader.Open(StoreDirectory.FileIn(_store.Path));
        var campaigns = reader
            .Saved(Options.Accounts[0].Identity, Now)
            .Campaigns.Select(campaign => campaign with { Interval = Options.Poll.Interval })
            .ToList();

        var compared = campaigns
            .SelectMany(campaign => Outliers.Compare(reader, Options.Accounts[0].Identity, campaign, campaign.Data, TimeSpan.FromDays(90)))
            .ToList();

        Assert.Equal(World.Accounts[0].Automations.Sum(each => each.Steps.Sum(step => step.Links.Count)), compared.Count);
        Assert.All(compared, static link => Assert.Null(link.Worst));
        Assert.All(compared, static link => Assert.Equal(3, link.Windows.Length));
    }

    [Fact]
    public void Every_link_that_gained_clicks_in_the_past_says_when()
    {
        var account = Options.Accounts[0].Identity;
        using var reader = HistoryReader.Open(StoreDirectory.FileIn(_store.Path));

        Assert.All(
            reader.Saved(account, Now).Campaigns,
            campaign =>
            {
                var gained = reader
                    .Courses(account, campaign.Kind, campaign.Id, [Now.AddDays(-1), Now])
                    .Where(static link => link.Totals[1] > (link.Totals[0] ?? link.Totals[1]))
                    .Select(static link => (link.Email, link.Location));
                var dated = campaign.Data!.Links.Links.Where(static link => link.LastIncrease is not null);
                Assert.Subset(dated.Select(static link => (link.Email, link.Location)).ToHashSet(), gained.ToHashSet());
            }
        );
    }

    /// <summary>The simulator listens on another port each time.</summary>
    [Fact]
    public async Task A_restarted_demo_goes_on_with_its_own_state_and_no_other_world_does()
    {
        var first = await IdentityAsync(new DemoOptions(Speed: 1, Seed: 1, TimeSpan.Zero));
        Assert.Equal(first, await IdentityAsync(new DemoOptions(Speed: 1, Seed: 1, TimeSpan.FromMinutes(4))));
        Assert.NotEqual(first, await IdentityAsync(new DemoOptions(Speed: 1, Seed: 2, TimeSpan.Zero)));
        Assert.NotEqual(first, await IdentityAsync(new DemoOptions(Speed: 10, Seed: 1, TimeSpan.Zero)));
        Assert.False(Uri.TryCreate(first.BaseUrl, UriKind.Absolute, out _));

        static async Task<AccountIdentity> IdentityAsync(DemoOptions asked)
        {
            await using var demo = await Demo.StartAsync(asked, new Surroundings(), TestContext.Current.CancellationToken);
            return demo.Options.Accounts[0].Identity;
        }
    }

    [Fact]
    public void A_past_that_an_earlier_start_has_written_is_not_written_again()
    {
        var automation = World.Accounts[0].Automations[0].Id;
        var before = Observations();

        using var error = new StringWriter();
        _ = DemoStore.Create(_store.Path, World, Options, Now.AddHours(1), error);

        Assert.Equal("", error.ToString());
        Assert.Equal(before, Observations());

        List<string> Observations()
        {
            using var reader = HistoryReader.OpenAtRest(StoreDirectory.FileIn(_store.Path));
            return
            [
                .. reader
                    .Series(Options.Accounts[0].Identity, CampaignKind.Automation, automation, what: null)
                    .SelectMany(each => reader.Observations(each, DateTimeOffset.MinValue, DateTimeOffset.MaxValue, every: null))
                    .Select(static seen => $"{seen}"),
            ];
        }
    }

    [Fact]
    public async Task A_store_that_nobody_asked_for_goes_with_the_demo()
    {
        Assert.True(Directory.Exists(_store.Path));
        await _store.DisposeAsync();
        Assert.False(Directory.Exists(_store.Path));
    }

    [Fact]
    public void Where_no_store_can_be_the_demo_runs_without_and_says_so()
    {
        using var error = new StringWriter();
        var store = DemoStore.Create("/dev/null/nowhere", World, Options, Now, error);

        Assert.StartsWith("warning: the demo has no past: ", error.ToString(), StringComparison.Ordinal);
        Assert.Equal("/dev/null/nowhere", store.Path);
    }
}
