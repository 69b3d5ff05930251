using Exporter.History;
using Exporter.Snapshots;
using Exporter.Telemetry;
using Exporter.Tests.VirtualTime;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Prometheus;

namespace Exporter.Tests.History;

/// <summary>What a reload takes out is in memory until it is in the store, and is handed over from there when it comes back.</summary>
[Collection(nameof(OnVirtualTime))]
public sealed class LeftAccountsTests : StoreTests
{
    private static readonly Snapshot Empty = new() { MaxAge = TimeSpan.FromDays(10_000) };

    private readonly VirtualClock _clock = new();
    private readonly StorageInstruments _told = new Instruments().Storage;
    private readonly SavedState _state;

    public LeftAccountsTests()
    {
        using var factory = LoggerFactory.Create(logging => logging.AddProvider(Lines));
        _state = new SavedState(StorePath, new HistoryOptions(), _told, _clock, factory.CreateLogger("history"));
        _state.Restore([Main], CancellationToken.None);
    }

    private double IsRestored => ((Gauge)_told.All[0]).Value;

    private double IsUsable => ((Gauge)_told.All[1]).Value;

    private DateTimeOffset Now => _clock.GetUtcNow();

    [Fact]
    public async Task What_was_walked_just_before_a_reload_took_the_account_out_is_there_when_the_next_one_brings_it_back()
    {
        Save(Walked(4));
        _state.Replace(Walked(7), Empty);

        Assert.Equal(7, await ClicksAsync());
        Save(Empty);
        Assert.Equal(7, await ClicksAsync());
    }

    /// <summary>The disk may be full, or over its quota, or refuse to write in any other way, and can be read all the same.</summary>
    [Fact]
    public async Task While_nothing_can_be_saved_an_account_comes_back_as_it_was_shown_and_no_reload_says_that_it_can()
    {
        Save(Walked(4));
        await using (var other = new SqliteConnection($"Data Source={DatabaseFile};Pooling=False"))
        {
            await other.OpenAsync(TestContext.Current.CancellationToken);
            other.Execute("BEGIN EXCLUSIVE");
            Assert.False(_state.TrySave(() => Walked(7), static _ => { }));
            _state.Replace(Walked(7), Empty);

            var saved = await ReadAsync();
            Assert.Equal((7, false, 0d), (ClicksOf(saved), saved.MayHoldMore, IsUsable));
        }

        Save(Empty);
        Assert.Equal((7, 1d), (await ClicksAsync(), IsUsable));
    }

    [Fact]
    public async Task That_a_reload_took_away_what_could_not_be_saved_does_not_show_that_anything_can_be()
    {
        Save(Walked(4));
        await using (var other = new SqliteConnection($"Data Source={DatabaseFile};Pooling=False"))
        {
            await other.OpenAsync(TestContext.Current.CancellationToken);
            other.Execute("BEGIN EXCLUSIVE");
            Assert.False(_state.TrySave(() => Walked(7), static _ => { }));

            Assert.False(_state.TrySave(static () => Empty, static _ => { }));
            Assert.Equal(0d, IsUsable);
        }

        Save(Empty);
        Assert.Equal(1d, IsUsable);
    }

    /// <summary>A disk that hangs or is away says nothing at all.</summary>
    [Fact]
    public async Task While_the_store_cannot_be_read_either_an_account_comes_back_as_it_was_shown()
    {
        Save(Walked(4));
        _state.Replace(Walked(7), Empty);
        Directory.Move(StorePath, StorePath + "-away");
        await File.WriteAllTextAsync(StorePath, "", TestContext.Current.CancellationToken);

        var saved = await ReadAsync();

        Assert.Equal((7, false, 0d), (ClicksOf(saved), saved.MayHoldMore, IsUsable));
        File.Delete(StorePath);
        Directory.Move(StorePath + "-away", StorePath);
        Assert.Equal((7, 0d), (await ClicksAsync(), IsUsable));
    }

    [Fact]
    public async Task What_this_run_has_saved_itself_is_no_former_runs_state()
    {
        Save(Walked(7));
        _state.Replace(Walked(7), Empty);
        await ReadAsync();
        Save(Empty);
        await ReadAsync();

        Assert.Equal((0d, 0), (IsRestored, Lines.Count("The saved state was restored")));
    }

    [Fact]
    public async Task A_save_writes_what_has_left_and_nothing_of_it_a_second_time()
    {
        _state.Replace(Walked(7), Empty);
        Save(Empty);
        StoreTools.Execute(DatabaseFile, "UPDATE campaign SET gone = 'gone'");
        Save(Empty);

        var saved = Assert.Single((await ReadAsync()).Campaigns);
        Assert.True(saved.IsDelisted);
    }

    /// <summary>What left is older than what goes on under the same identity, as of an address that is set wrongly and set back.</summary>
    [Fact]
    public void What_is_back_is_saved_as_it_is_and_not_as_it_left()
    {
        var left = Walked(7);
        _clock.MoveTo(TimeSpan.FromMinutes(5));
        var back = Walked(9);
        Save(() =>
        {
            _state.Replace(left, Empty);
            _state.Replace(Empty, back);
            return back;
        });
        Save(back);

        Assert.Equal([9], Changes(DatabaseFile).Select(static change => change.Clicks));
    }

    /// <summary>An account may go out while a save is on its way to the snapshot.</summary>
    [Fact]
    public async Task What_leaves_in_the_middle_of_a_save_is_not_overwritten_by_it()
    {
        Save(() =>
        {
            _state.Replace(Walked(7), Empty);
            return Walked(4);
        });
        Save(Empty);

        Assert.Equal(7, await ClicksAsync());
    }

    [Fact]
    public async Task An_account_that_still_waits_for_saved_state_comes_back_as_it_was_shown_and_waits_on()
    {
        Save(StoreTools.Of(StoreTools.Campaign("a", Now, 7), StoreTools.Campaign("b", Now, 8)));
        _state.Replace(StoreTools.Awaiting(Main, StoreTools.Campaign("a", Now, 1)), Empty);
        Save(Empty);

        Assert.Equal([7, 8], Changes(DatabaseFile).Select(static change => change.Clicks).Order());
        var saved = await ReadAsync();
        Assert.Equal([1, 8], saved.Campaigns.Select(ClicksOf));
        Assert.True(saved.MayHoldMore);
    }

    [Fact]
    public async Task An_account_that_still_waits_and_has_shown_nothing_leaves_what_the_store_has()
    {
        Save(Walked(7));
        _state.Replace(StoreTools.Awaiting(Main), Empty);

        var saved = await ReadAsync();
        Assert.Equal((7, false), (ClicksOf(saved), saved.MayHoldMore));
    }

    [Fact]
    public async Task A_campaign_that_went_before_its_account_does_not_come_back_with_it()
    {
        Save(Walked(7));
        _state.Replace(StoreTools.Of(), Empty);

        Assert.True(Assert.Single((await ReadAsync()).Campaigns).IsDelisted);
    }

    [Theory]
    [InlineData(-3600, -3600, false)]
    [InlineData(-3600, -3600, true)]
    [InlineData(3600, 0, false)]
    [InlineData(3600, 0, true)]
    public async Task A_clock_that_is_set_while_an_account_is_out_makes_nothing_of_it_look_fresher(int set, int expected, bool isSaved)
    {
        var saved = Now;
        Save(Walked(7));
        _state.Replace(Walked(7), Empty);
        if (isSaved)
        {
            Save(Empty);
        }

        _clock.MoveTo(TimeSpan.FromHours(2));
        _clock.SetTimeOfDay(TimeSpan.FromSeconds(set));

        var health = Assert.Single((await ReadAsync()).Campaigns).Health;
        Assert.Equal((saved.AddSeconds(expected), saved.AddSeconds(expected)), (health.LastSuccess, health.LastAttempt));
    }

    [Fact]
    public async Task Without_a_store_nothing_is_kept_of_it()
    {
        using var nowhere = new SavedState("", new HistoryOptions(), new Instruments().Storage, _clock, NullLogger.Instance);
        nowhere.Replace(Walked(7), Empty);

        Assert.Same(SavedAccount.Nothing, (await nowhere.ReadSavedAsync([Main]))[Main]);
    }

    protected override void Dispose(bool disposing)
    {
        _state.Dispose();
        base.Dispose(disposing);
    }

    private Snapshot Walked(long clicks)
    {
        var snapshot = StoreTools.Of(StoreTools.Campaign("a", Now, clicks));
        return snapshot with { Accounts = [snapshot.Accounts[0] with { Clock = ClockReading.Read(_clock) }] };
    }

    private void Save(Snapshot snapshot) => Save(() => snapshot);

    private void Save(Func<Snapshot> current) => Assert.True(_state.TrySave(current, static _ => { }));

    private async Task<SavedAccount> ReadAsync() => (await _clock.UntilAsync(_state.ReadSavedAsync([Main])))[Main];

    private async Task<long> ClicksAsync() => ClicksOf(await ReadAsync());

    private static long ClicksOf(SavedAccount saved) => ClicksOf(Assert.Single(saved.Campaigns));

    private static long ClicksOf(CampaignSnapshot campaign) => Assert.Single(campaign.Data!.Links.Links).Clicks;
}
