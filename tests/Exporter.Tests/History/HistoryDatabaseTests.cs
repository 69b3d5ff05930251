using CsCheck;
using Exporter.History;
using Exporter.Snapshots;

namespace Exporter.Tests.History;

/// <summary>What the database keeps of each change, and for how long.</summary>
public sealed class HistoryDatabaseTests : StoreTests
{
    [Fact]
    public void A_save_that_only_marks_what_is_gone_counts_as_a_save()
    {
        using var database = HistoryDatabase.Open(DatabaseFile);
        var snapshot = Of(Campaign(Links(("0", 5))));
        Assert.True(database.Save(snapshot, Noon));
        Assert.False(database.Save(snapshot, Noon));

        var without = snapshot with { Accounts = [snapshot.Accounts[0] with { Campaigns = [] }] };
        Assert.True(database.Save(without, Noon));
        Assert.False(database.Save(without, Noon));
    }

    [Fact]
    public async Task Every_change_of_a_total_is_kept_until_the_retention_but_for_the_value_at_its_end()
    {
        using var service = Service();
        var table = LinkTable.Empty;
        using (var database = HistoryDatabase.Open(DatabaseFile + "2"))
        {
            foreach (var (day, clicks) in ((int, long)[])[(0, 1), (1, 2), (2, 2), (3, 3), (10, 4)])
            {
                table = table.ApplyWalk([Row("0", clicks)], new LinksOptions(), Noon.AddDays(day));
                database.Save(Of(Campaign(table, Noon.AddDays(day))), Noon);
            }

            Assert.Equal([(0, 1), (1, 2), (3, 3), (10, 4)], Changes(DatabaseFile + "2"));
            database.PruneAll(new HistoryOptions { Retention = TimeSpan.FromDays(5) }, Noon.AddDays(10));
        }

        Assert.Equal([(3, 3), (10, 4)], Changes(DatabaseFile + "2"));
        await service.StopAsync(CancellationToken.None);
    }

    /// <summary>
    /// A container may have no place for a file but the store, and SQLite then calls it an I/O error of the disk. Whatever it sorts here is
    /// more than it keeps in memory by itself.
    /// </summary>
    [Fact]
    public void What_is_sorted_needs_no_file_beside_the_store()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs /proc/self/fd");
        using (var database = HistoryDatabase.Open(DatabaseFile))
        {
            Assert.True(database.Save(Of(Campaign(Links([.. Enumerable.Range(0, 40_000).Select(link => ($"{link}", 5L))]))), Noon));
        }

        Execute(
            """
            WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < 40000)
            INSERT INTO campaign (account, kind, campaign_id, last_success, duration, pages, walk, seal)
            SELECT 1, 0, 'campaign ' || n, n, 0, 0, x'', x'' FROM number
            """
        );
        using var reader = HistoryReader.Open(DatabaseFile);

        Assert.Equal(40_001, reader.Campaigns(Main).Count);
        using var series = reader.Series(Main, CampaignKind.Automation, "a", what: null).GetEnumerator();
        using var changes = reader.Changes(Main, CampaignKind.Automation, "a", SeriesKey.LinkClicks, Noon).GetEnumerator();
        Assert.True(series.MoveNext() && changes.MoveNext());

        // SQLite deletes them when it opens them, so only the process that has them open can see them.
        Assert.DoesNotContain(
            Directory.EnumerateFileSystemEntries("/proc/self/fd").Select(static fd => new FileInfo(fd).LinkTarget),
            static target => target is not null && target.Contains("etilqs", StringComparison.Ordinal)
        );
    }

    [Fact]
    public void Changes_are_told_in_the_order_of_their_time_and_each_once()
    {
        using var database = HistoryDatabase.Open(DatabaseFile);
        database.Save(Of(Campaign(Links(("0", 5), ("1", 7)))), Noon);
        Gen.Select(Gen.Int[0, 40], Gen.Int[-1, 1], Gen.Int[0, 1])
            .HashSet[0, 60]
            .Sample(
                picked =>
                {
                    // At the ends of days and a millisecond beside them, as the reader goes from day to day.
                    var day = (long)TimeSpan.FromDays(1).TotalMilliseconds;
                    var told = picked.Select(each => (Series: each.Item3 + 1, At: (each.Item1 * day) + each.Item2 + 1)).ToList();
                    Execute(
                        $"DELETE FROM change; {string.Concat(told.Select(each => $"INSERT INTO change VALUES ({each.Series}, {each.At}, 1);"))}"
                    );
                    using var reader = HistoryReader.Open(DatabaseFile);
                    var to = DateTimeOffset.FromUnixTimeMilliseconds(30 * day);

                    var read = reader
                        .Changes(Main, CampaignKind.Automation, "a", SeriesKey.LinkClicks, to)
                        .Select(static change => (Series: change.Key.Location, At: change.Seen.At.ToUnixTimeMilliseconds()))
                        .ToList();

                    Assert.Equal(read.Select(static change => change.At).Order(), read.Select(static change => change.At));
                    Assert.Equal(
                        told.Where(each => each.At <= 30 * day).Select(static each => ($"{each.Series - 1}", each.At)).Order(),
                        read.Order()
                    );
                },
                iter: 200,
                threads: 1
            );
    }

    [Fact]
    public void Weeks_can_be_read_by_the_last_change_of_each_stretch()
    {
        using var database = HistoryDatabase.Open(DatabaseFile);
        var table = LinkTable.Empty;
        for (var hour = 0; hour < 100; hour++)
        {
            table = table.ApplyWalk([Row("0", hour), Row("1", 7)], new LinksOptions(), Noon.AddHours(hour));
            database.Save(Of(Campaign(table, Noon.AddHours(hour))), Noon);
        }

        var (from, to) = (Noon.AddHours(10.5), Noon.AddHours(60.5));
        IReadOnlyList<ObservedSeries> Read(TimeSpan? every) =>
            HistoryReader.Read(DatabaseFile, Main, CampaignKind.Automation, "A", from, to, SeriesKey.LinkClicks, every);
        var (all, thinned) = (Read(every: null), Read(TimeSpan.FromHours(20)));

        Assert.Equal([10, 30, 50, 60], thinned[0].Observations.Select(seen => seen.Value));
        Assert.Equal([7], thinned[1].Observations.Select(seen => seen.Value));
        Assert.Equal(51, all[0].Observations.Count);
        Assert.Equal([10, 10, 10, 10, 10], Gains(all));
        Assert.Equal([10, 10, 10, 10, 10], Gains(Read((to - from) / 5)));

        IEnumerable<long?> Gains(IReadOnlyList<ObservedSeries> read) =>
            Sparkline.Buckets(read[0].Observations, from, to, 5, to, TimeSpan.FromHours(20));
    }

    [Fact]
    public void What_was_too_old_to_be_served_is_not_known_until_the_next_walk()
    {
        using (var database = HistoryDatabase.Open(DatabaseFile))
        {
            database.Save(Of(Campaign(Links(("0", 5)), Noon), maxAgeInDays: 1), Noon);
        }

        using (var database = HistoryDatabase.Open(DatabaseFile))
        {
            database.Save(Of(Campaign(Links(("0", 5)), Noon.AddDays(1)), maxAgeInDays: 1), Noon);
            database.Save(Of(Campaign(Links(("0", 5)), Noon.AddDays(3)), maxAgeInDays: 1), Noon);
        }

        var seen = Assert.Single(HistoryReader.Read(DatabaseFile, Main, CampaignKind.Automation, "a", Noon, Noon.AddDays(9))).Observations;
        Assert.Equal([(0, 5L), (2, null), (3, 5L)], seen.Select(each => ((int)(each.At - Noon).TotalDays, each.Value)));
    }

    [Fact]
    public void Of_a_link_that_vanished_nothing_is_left_beyond_the_retention()
    {
        using var database = HistoryDatabase.Open(DatabaseFile);
        var table = LinkTable.Empty;
        foreach (var (day, there) in ((int, bool)[])[(0, true), (1, false), (9, false)])
        {
            table = table.ApplyWalk(there ? [Row("0", 3), Row("1", 7)] : [Row("0", 3)], new LinksOptions(), Noon.AddDays(day));
            database.Save(Of(Campaign(table, Noon.AddDays(day))), Noon);
        }

        database.PruneAll(new HistoryOptions { Retention = TimeSpan.FromDays(10) }, Noon.AddDays(10));
        Assert.Equal(["0", "1"], Locations());
        database.PruneAll(new HistoryOptions { Retention = TimeSpan.FromDays(5) }, Noon.AddDays(10));
        Assert.Equal(["0"], Locations());

        IEnumerable<string> Locations() =>
            HistoryReader
                .Read(DatabaseFile, Main, CampaignKind.Automation, "a", Noon.AddDays(-9), Noon.AddDays(20), SeriesKey.LinkClicks)
                .Select(series => series.Key.Location);
    }

    [Fact]
    public void A_store_that_grows_too_big_loses_its_oldest_changes_first()
    {
        using var database = HistoryDatabase.Open(DatabaseFile);
        var table = LinkTable.Empty;
        for (var hour = 0; hour < 200; hour++)
        {
            table = table.ApplyWalk(
                [Row("still", 1), .. Enumerable.Range(0, 100).Select(link => Row($"{link}", hour))],
                new LinksOptions(),
                Noon.AddHours(hour)
            );
            database.Save(Of(Campaign(table, Noon.AddHours(hour == 0 ? -90_000 : hour))), Noon);
        }

        var (used, bound) = (database.UsedBytes, database.UsedBytes / 2);
        var kept = database.PruneAll(new HistoryOptions { MaxSize = bound }, Noon.AddHours(200));

        Assert.InRange(kept.TotalHours, 20, 120);
        Assert.InRange(database.UsedBytes, used / 5, bound);
        Assert.True(Assert.Single(Restored(database)).Data!.HasSameNumbersAs(new CampaignData { Links = table }));
    }
}
