using Exporter.History;
using Exporter.Snapshots;
using Exporter.Telemetry;
using Exporter.Tests.History;
using Exporter.Web.Pages;
using Microsoft.Extensions.Logging.Abstractions;

namespace Exporter.Tests.Web;

public sealed class OutlierCacheTests : IDisposable
{
    private const int Hours = 400;

    private readonly string _path = Directory.CreateTempSubdirectory("sendgrid-exporter-").FullName;
    private readonly List<IDisposable> _open = [];

    public void Dispose()
    {
        _open.ForEach(static each => each.Dispose());
        Directory.Delete(_path, recursive: true);
    }

    [Theory]
    [InlineData(0, 2)]
    [InlineData(1, 7)]
    [InlineData(10, 52)]
    public async Task An_answer_stays_good_for_two_seconds_and_five_times_what_it_cost(int cost, int seconds)
    {
        var (clock, six) = (new CostlyClock(), StoreTools.Of(Store()));
        var cache = Cache(_path, clock);
        clock.Cost = TimeSpan.FromSeconds(cost);
        Assert.Equal(0, (await LookAsync(cache, new Snapshot())).Compared);
        clock.Cost = TimeSpan.Zero;

        clock.Pass(TimeSpan.FromSeconds(seconds));
        Assert.Equal(0, (await LookAsync(cache, six)).Compared);
        clock.Pass(TimeSpan.FromTicks(1));
        Assert.Equal(6, (await LookAsync(cache, six)).Compared);
    }

    /// <summary>A reload may hide URLs, and rename or remove an automation, while the answer is still good.</summary>
    [Fact]
    public async Task A_link_is_told_of_as_the_configuration_in_force_shows_it()
    {
        var campaign = Store();
        var cache = Cache(_path, new CostlyClock());
        var before = await LookAsync(cache, StoreTools.Of(campaign));
        Assert.All(before.Outliers, static outlier => Assert.NotNull(outlier.Url));

        var hidden = campaign with
        {
            Label = "renamed",
            Data = campaign.Data! with { Links = campaign.Data.Links.WithOptions(new LinksOptions { Url = UrlDisplay.None }, Some.Noon) },
        };
        var after = await LookAsync(cache, StoreTools.Of(hidden));
        Assert.Equal(
            before.Outliers.Select(static outlier => outlier.UrlLocation),
            after.Outliers.Select(static outlier => outlier.UrlLocation)
        );
        Assert.All(after.Outliers, static outlier => Assert.Equal(("renamed", null), (outlier.Automation, outlier.Url)));

        var fewer = campaign.Data.Links.Links.Where(static link => link.Location != "3");
        var without = campaign with
        {
            Data = campaign.Data with { Links = LinkTable.Restore(fewer, [], rowsMerged: 0, new LinksOptions(), UrlDisplay.Path) },
        };
        Assert.Equal(["1"], (await LookAsync(cache, StoreTools.Of(without))).Outliers.Select(static outlier => outlier.UrlLocation));
        Assert.Empty((await LookAsync(cache, new Snapshot())).Outliers);
    }

    [Fact]
    public async Task The_campaigns_with_most_links_are_left_out_when_there_are_too_many()
    {
        var cache = Cache("", TimeProvider.System);

        Assert.Equal(0, (await LookAsync(cache, StoreTools.Of(WithLinks(6000), WithLinks(10), WithLinks(3990)))).LeftOut);
        cache = Cache("", TimeProvider.System);
        Assert.Equal(6001, (await LookAsync(cache, StoreTools.Of(WithLinks(6001), WithLinks(10), WithLinks(3990)))).LeftOut);
    }

    [Fact]
    public async Task Links_that_fell_silent_are_found_and_the_one_that_lacks_most_comes_first()
    {
        var campaign = Store();

        var report = await LookAsync(Cache(_path, TimeProvider.System), StoreTools.Of(campaign));

        Assert.Equal((6, 0), (report.Compared, report.LeftOut));
        Assert.Equal(["3", "1"], report.Outliers.Select(static outlier => outlier.UrlLocation));
        Assert.All(report.Outliers, static outlier => Assert.Equal((0L, Some.Noon.AddHours(-24)), (outlier.Got, outlier.Since)));
    }

    /// <summary>What is no longer served is not talked about, and Single Sends fade by themselves.</summary>
    [Fact]
    public async Task Only_automations_whose_numbers_are_served_are_compared()
    {
        var campaign = Store();
        var stale = StoreTools.Of(campaign) with { MaxAge = TimeSpan.FromMinutes(5) };

        Assert.Equal(6, (await LookAsync(Cache(_path, TimeProvider.System), stale, Some.Noon.AddMinutes(5))).Compared);
        Assert.Equal(0, (await LookAsync(Cache(_path, TimeProvider.System), stale, Some.Noon.AddMinutes(6))).Compared);
        Assert.Equal(
            0,
            (await LookAsync(Cache(_path, TimeProvider.System), StoreTools.Of(campaign with { Kind = CampaignKind.SingleSend }))).Compared
        );
    }

    [Fact]
    public async Task A_store_that_cannot_be_read_costs_the_outliers_and_not_the_page()
    {
        var campaign = Store();
        var cache = Cache(_path, TimeProvider.System);
        await File.WriteAllTextAsync(
            Path.Combine(_path, "history.db"),
            string.Concat(Enumerable.Repeat("no database\n", 1000)),
            TestContext.Current.CancellationToken
        );

        Assert.Equal(0, (await LookAsync(cache, StoreTools.Of(campaign))).Compared);
    }

    [Fact]
    public async Task Who_no_longer_waits_for_an_answer_keeps_no_other_from_it()
    {
        var cache = Cache("", TimeProvider.System);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            cache.LookAsync(new Snapshot(), Some.Noon, new CancellationToken(canceled: true))
        );

        Assert.Equal(0, (await LookAsync(cache, new Snapshot())).Compared);
    }

    private static Task<OutlierReport> LookAsync(OutlierCache cache, Snapshot snapshot, DateTimeOffset? now = null) =>
        cache.LookAsync(snapshot, now ?? Some.Noon, TestContext.Current.CancellationToken);

    private OutlierCache Cache(string path, TimeProvider time)
    {
        _open.ForEach(static each => each.Dispose());
        var state = new SavedState(path, new HistoryOptions(), new Instruments().Storage, TimeProvider.System, NullLogger.Instance);
        state.Restore([StoreTools.Main], TestContext.Current.CancellationToken);
        var cache = new OutlierCache(state, time);
        _open.AddRange(cache, state);
        return cache;
    }

    /// <summary>Six links, of which the second and the fourth fell silent a day ago.</summary>
    private CampaignSnapshot Store()
    {
        var file = Path.Combine(_path, "history.db");
        using (var database = HistoryDatabase.Open(file))
        {
            var begin = Some.Noon.AddHours(-Hours);
            database.Save(StoreTools.Of(StoreTools.Campaign("a", begin, [.. new long[6]])), begin);
        }

        StoreTools.Execute(
            file,
            $"WITH RECURSIVE hour(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM hour WHERE n < {Hours}) INSERT INTO change SELECT id, "
                + "first_seen + n * 3600000, n * 10 * (location + 1) FROM series, hour "
                + $"WHERE what = 'link_clicks' AND NOT (location IN ('1', '3') AND n > {Hours - 24})"
        );
        return StoreTools.Campaign("a", Some.Noon, [.. Enumerable.Range(1, 6).Select(static rate => rate * 10L * Hours)]);
    }

    private static CampaignSnapshot WithLinks(int count)
    {
        var campaign = StoreTools.Campaign($"{count}", Some.Noon);
        return campaign with
        {
            Data = new CampaignData
            {
                Links = LinkTable.Empty.ApplyWalk(
                    [.. Enumerable.Range(0, count).Select(static place => Some.Link("s", $"{place}", place))],
                    new LinksOptions { MaxPerCampaign = 100_000 },
                    Some.Noon
                ),
            },
        };
    }

    /// <summary>A clock by which whatever happens between two looks takes its time.</summary>
    private sealed class CostlyClock : TimeProvider
    {
        private long _ticks;

        public TimeSpan Cost { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        /// <summary>The work lies between the first look and the second.</summary>
        public override long GetTimestamp()
        {
            var now = _ticks;
            Pass(Cost);
            Cost = TimeSpan.Zero;
            return now;
        }

        public void Pass(TimeSpan time) => _ticks += time.Ticks;
    }
}
