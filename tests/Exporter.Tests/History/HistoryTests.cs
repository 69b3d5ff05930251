using System.Collections.Immutable;
using Exporter.History;
using Exporter.Snapshots;
using Exporter.Telemetry;
using Exporter.Tests.Weather;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Exporter.Tests.History;

/// <summary>What is kept comes back, and a store in whatever state never keeps the program from starting.</summary>
public sealed class HistoryTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly AccountIdentity Main = new("https://api.sendgrid.com", "main", "");

    private readonly string _path = Directory.CreateTempSubdirectory("sendgrid-exporter-").FullName;
    private readonly LogLines _log = new();
    private ImmutableArray<SavedAccount> _restored;

    private string Log => string.Concat(_log.All);

    private string DatabaseFile => Path.Combine(_path, "history.db");

    private IEnumerable<string> SetAside =>
        Directory.GetFileSystemEntries(_path).Where(file => file.Contains(".bad-", StringComparison.Ordinal));

    public void Dispose()
    {
        _log.Dispose();
        Directory.Delete(_path, recursive: true);
    }

    [Fact]
    public async Task What_was_saved_comes_back_as_it_was()
    {
        var links = LinkTable
            .Empty.ApplyWalk([Row("0", 5), Row("1", 2), Row("2", 1)], new LinksOptions(), Noon.AddMinutes(-10))
            .ApplyWalk([Row("0", 7), Row("1", 2)], new LinksOptions(), Noon);
        var saved = Campaign(links) with
        {
            Data = new CampaignData
            {
                Links = links,
                ReportedClicks = 9,
                CountMismatch = true,
                Statistics = [new EmailStatistics(new EmailKey("step"), [12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1])],
            },
        };
        await SaveAsync(saved);

        var restored = Assert.Single(Restored());

        Assert.Equal(
            (saved.Kind, saved.Id, saved.Health.LastSuccess, true),
            (restored.Kind, restored.Id, restored.Health.LastSuccess, restored.Health.Up)
        );
        Assert.True(restored.Data!.HasSameNumbersAs(saved.Data));
        Assert.Equal((9L, true), (restored.Data.ReportedClicks, restored.Data.CountMismatch));
        Assert.Equal(
            links.Links.Select(link => (link.LastIncrease, link.Urls[0])),
            restored.Data.Links.Links.Select(link => (link.LastIncrease, link.Urls[0]))
        );
        Assert.Equal(links.Vanished[0].ShownUntil, Assert.Single(restored.Data.Links.Vanished).ShownUntil);
    }

    [Fact]
    public async Task A_number_that_is_not_known_stays_unknown_and_a_program_from_before_passes_over_its_email()
    {
        var (whole, partial) = (
            new EmailStatistics(new EmailKey("b"), [12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]),
            new EmailStatistics(new EmailKey("a"), [12, null, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1])
        );
        var campaign = Campaign(Links(("0", 5)));
        campaign = campaign with { Data = campaign.Data! with { Statistics = [partial, whole] } };
        await SaveAsync(campaign);

        Assert.True(Assert.Single(Restored()).Data!.HasSameNumbersAs(campaign.Data));
        Assert.DoesNotContain(
            StoredWalkMapper.Totals(StoredWalkMapper.ToStored(campaign, campaign.Data)).Keys,
            key => key is { First: "a", What: "delivered" }
        );
        Assert.Equal(["b"], StoredWalkMapper.ToStored(campaign, campaign.Data).Statistics.Select(email => email.First));
    }

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
    public async Task Accounts_do_not_mix()
    {
        await SaveAsync(Campaign(Links(("0", 5))));

        foreach (
            var other in (AccountIdentity[])
                [Main with { Name = "shop" }, Main with { BaseUrl = "https://api.eu.sendgrid.com" }, Main with { OnBehalfOf = "sub" }]
        )
        {
            using var service = Service(accounts: other);
            Assert.Empty(_restored[0].Campaigns);
        }
    }

    [Theory]
    [InlineData(nameof(UrlDisplay.Path), nameof(UrlDisplay.None), null)]
    [InlineData(nameof(UrlDisplay.Path), nameof(UrlDisplay.Host), "shop.example")]
    [InlineData(nameof(UrlDisplay.Full), nameof(UrlDisplay.Path), "https://shop.example/0")]
    [InlineData(nameof(UrlDisplay.Host), nameof(UrlDisplay.Full), "shop.example")]
    [InlineData(nameof(UrlDisplay.Host), nameof(UrlDisplay.Host), "shop.example")]
    public async Task A_stored_url_shows_no_more_than_was_and_is_allowed(string then, string now, string? shown)
    {
        var options = new LinksOptions { Url = Enum.Parse<UrlDisplay>(then) };
        await SaveAsync(Campaign(LinkTable.Empty.ApplyWalk([Row("0", 1)], options, Noon)), options);

        using var service = Service(new LinksOptions { Url = Enum.Parse<UrlDisplay>(now) });

        Assert.Equal(shown is null ? [] : [shown], Assert.Single(_restored[0].Campaigns).Data!.Links.Links[0].Urls);
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

    [Theory]
    [InlineData("no database at all")]
    [InlineData("")]
    public async Task A_file_that_is_no_database_is_set_aside_and_a_new_one_is_begun(string content)
    {
        await File.WriteAllTextAsync(DatabaseFile, content, TestContext.Current.CancellationToken);

        await SaveAsync(Campaign(Links(("0", 5))));

        Assert.Single(Restored());
        Assert.Equal(content.Length > 0 ? 1 : 0, SetAside.Count());
        Assert.Equal(content.Length > 0, Log.Contains("damaged", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_half_written_database_is_set_aside()
    {
        await SaveAsync(Campaign(Links([.. Enumerable.Range(0, 500).Select(link => ($"{link}", 5L))])));
        using (var file = File.OpenWrite(DatabaseFile))
        {
            file.SetLength(file.Length / 2);
        }

        await SaveAsync(Campaign(Links(("0", 5))));

        Assert.NotEmpty(SetAside);
        Assert.Single(Restored());
    }

    [Theory]
    [InlineData("UPDATE campaign SET last_success = last_success + 60000")]
    [InlineData("UPDATE campaign SET up = 0")]
    [InlineData("UPDATE campaign SET reason = 99")]
    [InlineData("UPDATE campaign SET walk = x'00'")]
    [InlineData("UPDATE campaign SET campaign_id = 'b'")]
    [InlineData("UPDATE campaign SET last_attempt = 'soon'")]
    public async Task A_row_that_is_not_what_was_written_is_noticed(string change)
    {
        await SaveAsync(Campaign(Links(("0", 5_000_123))));
        Execute(change);

        Assert.Empty(Restored());
        Assert.Equal(1, _log.Count("have no values until their next poll"));
        Assert.Empty(SetAside);
    }

    /// <summary>Whatever happens to the file: the truth or nothing is served, and from then on things are saved again.</summary>
    [Fact]
    public async Task Whatever_bytes_are_hit_nothing_wrong_is_served_and_the_next_save_is_good()
    {
        var saved = Campaign(Links([.. Enumerable.Range(0, 300).Select(link => ($"{link}", link * 7L))]));
        await SaveAsync(saved);
        var good = await File.ReadAllBytesAsync(DatabaseFile, TestContext.Current.CancellationToken);
        var kept = 0;
        for (var seed = 0; seed < 60; seed++)
        {
            await File.WriteAllBytesAsync(DatabaseFile, Damaged(good, new Random(seed)), TestContext.Current.CancellationToken);
            var restored = Restored();
            Assert.True(restored is [] || (restored is [var only] && IsSame(only)), $"seed {seed}");
            kept += restored.Length;

            await SaveAsync(saved);
            Assert.True(Restored() is [var again] && IsSame(again), $"seed {seed}, after the next save: {Log}");
        }

        Assert.InRange(kept, 5, 55);

        bool IsSame(CampaignSnapshot restored) =>
            restored.Health.LastSuccess == saved.Health.LastSuccess && restored.Data!.HasSameNumbersAs(saved.Data);
    }

    [Fact]
    public async Task A_store_of_a_newer_version_is_left_alone()
    {
        await SaveAsync(Campaign(Links(("0", 5))));
        Execute("PRAGMA user_version = 99");
        var before = await File.ReadAllBytesAsync(DatabaseFile, TestContext.Current.CancellationToken);

        using (var service = Service())
        {
            Assert.Empty(_restored[0].Campaigns);
            Assert.Null(service.File);
        }

        Assert.Equal(before, await File.ReadAllBytesAsync(DatabaseFile, TestContext.Current.CancellationToken));
        Assert.Contains("version 99", Log, StringComparison.Ordinal);
    }

    [Fact]
    public void A_database_of_another_program_is_set_aside()
    {
        Execute("CREATE TABLE theirs (x); PRAGMA user_version = 1");

        Assert.Empty(Restored());
        Assert.Single(SetAside);
    }

    [Fact]
    public void An_older_version_is_brought_forward_and_keeps_what_it_holds()
    {
        using var connection = new SqliteConnection($"Data Source={DatabaseFile};Pooling=False");
        connection.Open();
        Schema.Migrate(connection, ["CREATE TABLE a (x); INSERT INTO a VALUES (7)"]);

        Schema.Migrate(connection, ["not run again", "ALTER TABLE a ADD COLUMN y DEFAULT 8"]);

        Assert.Equal(2, connection.Scalar("PRAGMA user_version"));
        Assert.Equal(15, connection.Scalar("SELECT x + y FROM a"));
    }

    /// <summary>Until then only the time told that one was over; a time to come tells nothing.</summary>
    [Fact]
    public void What_was_over_in_a_store_of_an_older_version_is_so_in_the_new_one()
    {
        using var connection = new SqliteConnection($"Data Source={DatabaseFile};Pooling=False");
        connection.Open();
        Schema.Migrate(connection, [.. Schema.Steps.Take(2)]);
        connection.Execute(
            """
            INSERT INTO account (id, base_url, name, on_behalf_of) VALUES (1, '', 'main', ''), (2, '', 'other', '');
            INSERT INTO campaign (account, kind, campaign_id, last_success, last_attempt, duration, pages, walk, seal) VALUES
                (1, 0, 'polled', 1000000000, 1700000000000, 0, 1, x'', x''),
                (1, 0, 'quiet', 1699900000000, NULL, 0, 1, x'', x''),
                (1, 0, 'over', 1699000000000, 1699000000000, 0, 1, x'', x''),
                (1, 0, 'to come', 4000000000000, NULL, 0, 1, x'', x''),
                (2, 0, 'alone', 1600000000000, NULL, 0, 1, x'', x'')
            """
        );

        Schema.Migrate(connection, Schema.Steps);

        Assert.Equal(1, connection.Scalar("SELECT count(*) FROM campaign WHERE gone = 'gone'"));
        Assert.Equal(1, connection.Scalar("SELECT gone = 'gone' FROM campaign WHERE campaign_id = 'over'"));
    }

    /// <summary>What was walked was told then.</summary>
    [Fact]
    public void What_was_known_in_a_store_of_an_older_version_is_so_in_the_new_one()
    {
        using var connection = new SqliteConnection($"Data Source={DatabaseFile};Pooling=False");
        connection.Open();
        Schema.Migrate(connection, [.. Schema.Steps.Take(2)]);
        connection.Execute(
            """
            INSERT INTO account (id, base_url, name, on_behalf_of) VALUES
                (1, '', 'walked', ''), (2, '', 'Single Sends', ''), (3, '', 'empty', '');
            INSERT INTO campaign (account, kind, campaign_id, last_success, duration, pages, walk, seal) VALUES
                (1, 0, 'a', 1700000000000, 0, 1, x'00', x''),
                (1, 0, 'b', 1700000000000, 0, 1, x'', x''),
                (2, 1, 'c', 1700000000000, 0, 1, x'00', x'')
            """
        );

        Schema.Migrate(connection, Schema.Steps);

        Assert.Equal(1, connection.Scalar("SELECT count(*) FROM account WHERE pages = 'known'"));
        Assert.Equal(1, connection.Scalar("SELECT id FROM account WHERE pages = 'known'"));
    }

    /// <summary>Each letter is what a run knew when it saved: n not all yet, d not all that was told, w all.</summary>
    [Theory]
    [InlineData("n", "None")]
    [InlineData("d", "Damaged")]
    [InlineData("w", "Whole")]
    [InlineData("dw", "Whole")]
    [InlineData("nw", "Whole")]
    [InlineData("wn", "Whole")]
    [InlineData("wd", "Whole")]
    [InlineData("dn", "Damaged")]
    public async Task Whether_all_pages_are_known_is_saved_with_the_account(string runs, string expected)
    {
        foreach (var run in runs)
        {
            using var service = Service();
            var snapshot = Of(Campaign(Links(("0", 5))));
            var pages = run switch
            {
                'w' => SavedLandingPages.Whole,
                'd' => SavedLandingPages.Damaged,
                _ => SavedLandingPages.None,
            };
            service.Source = new SnapshotStore(snapshot with { Accounts = [snapshot.Accounts[0] with { LandingPages = pages }] });
            await service.StopAsync(CancellationToken.None);
        }

        Restored();
        Assert.Equal(Enum.Parse<SavedLandingPages>(expected), _restored[0].LandingPages);
        Execute("UPDATE account SET pages = 'knowm' WHERE pages = 'known'");
        Restored();
        Assert.NotEqual(SavedLandingPages.Whole, _restored[0].LandingPages);
    }

    [Fact]
    public async Task A_store_that_cannot_be_opened_says_nothing_of_what_was_told_and_one_that_is_not_wanted_has_nothing()
    {
        await SaveAsync(Campaign(Links(("0", 5))));
        using (var holder = Service())
        {
            using var second = Service();
            Assert.Same(SavedAccount.Unread, _restored[0]);
        }

        using var none = Service(path: "");
        Assert.Same(SavedAccount.Nothing, _restored[0]);
    }

    [Fact]
    public void A_step_that_fails_leaves_the_version_before()
    {
        using var connection = new SqliteConnection($"Data Source={DatabaseFile};Pooling=False");
        connection.Open();
        Schema.Migrate(connection, ["CREATE TABLE a (x)"]);

        Assert.Throws<SqliteException>(() => Schema.Migrate(connection, ["CREATE TABLE a (x)", "CREATE TABLE b (x)", "nonsense"]));

        Assert.Equal(1, connection.Scalar("PRAGMA user_version"));
        Assert.Equal(0, connection.Scalar("SELECT count(*) FROM sqlite_master WHERE name = 'b'"));
    }

    [Fact]
    public async Task Of_two_programs_on_one_directory_the_second_goes_on_without_and_takes_over_when_the_first_has_ended()
    {
        using var first = Service();
        using (var second = Service())
        {
            Assert.Null(second.File);
            Assert.Contains("another process", Log, StringComparison.Ordinal);
            first.Dispose();
            second.Source = new SnapshotStore(Of(Campaign(Links(("0", 5)))));
            await second.StopAsync(CancellationToken.None);
            Assert.NotNull(second.File);
        }

        Assert.Equal(1, _log.Count("nothing survives a restart"));
        Assert.Equal(1, _log.Count("saved again"));
        Assert.Single(Restored());
    }

    [Fact]
    public async Task A_directory_that_cannot_be_made_is_told_once_and_used_as_soon_as_it_can_be()
    {
        var file = Path.Combine(_path, "file");
        await File.WriteAllTextAsync(file, "", TestContext.Current.CancellationToken);
        using var service = Service(path: file);
        service.Source = new SnapshotStore(Of(Campaign(Links(("0", 5)))));

        await service.StopAsync(CancellationToken.None);
        Assert.Null(service.File);
        File.Delete(file);
        await service.StopAsync(CancellationToken.None);

        Assert.Equal(Path.Combine(file, "history.db"), service.File);
        Assert.Equal(
            ["nothing survives a restart", "saved again"],
            ((string[])["nothing survives a restart", "cannot be saved", "saved again"]).Where(text => _log.Count(text) == 1)
        );
    }

    /// <summary>A full disk, rights that were taken away and a lock are the same to the writer: an error that may pass.</summary>
    [Fact]
    public async Task What_cannot_be_written_is_told_once_and_written_when_it_can_be()
    {
        await SaveAsync(Campaign(Links(("0", 5))));
        using var service = Service();
        service.Source = new SnapshotStore(Of(Campaign(Links(("0", 6)), Noon.AddMinutes(5))));
        await using (var other = new SqliteConnection($"Data Source={DatabaseFile};Pooling=False"))
        {
            await other.OpenAsync(TestContext.Current.CancellationToken);
            other.Execute("BEGIN EXCLUSIVE");
            await service.StopAsync(CancellationToken.None);
            await service.StopAsync(CancellationToken.None);
            Assert.Equal(1, _log.Count("cannot be saved"));
        }

        await service.StopAsync(CancellationToken.None);
        service.Dispose();

        Assert.Equal(1, _log.Count("saved again"));
        Assert.Equal(6, Assert.Single(Restored()).Data!.Links.Links[0].Clicks);
        Assert.Empty(SetAside);
    }

    [Fact]
    public async Task A_store_that_is_damaged_while_it_is_written_is_begun_anew_with_all_that_is_known()
    {
        using (var service = Service())
        {
            await service.StartAsync(CancellationToken.None);
            Execute("DROP TABLE change; DROP TABLE campaign");
            service.Source = new SnapshotStore(Of(Campaign(Links(("0", 5)))));
            await service.StopAsync(CancellationToken.None);
        }

        using (var service = Service())
        {
            service.Source = new SnapshotStore(Of(Campaign(Links(("0", 5)))));
            await service.StopAsync(CancellationToken.None);
        }

        Assert.NotEmpty(SetAside);
        Assert.Single(Restored());
    }

    private static ObservedLink Row(string location, long clicks) =>
        new(new EmailKey("step"), location, $"https://shop.example/{location}?u=1", clicks);

    private static LinkTable Links(params (string Location, long Clicks)[] rows) =>
        LinkTable.Empty.ApplyWalk([.. rows.Select(row => Row(row.Location, row.Clicks))], new LinksOptions(), Noon);

    private static CampaignSnapshot Campaign(LinkTable links, DateTimeOffset? at = null) =>
        new()
        {
            Kind = CampaignKind.Automation,
            Id = "a",
            Label = "welcome",
            Interval = TimeSpan.FromMinutes(5),
            Health = PollHealth.Untried.Succeeded(at ?? Noon, TimeSpan.FromSeconds(1), 2),
            Data = new CampaignData { Links = links },
        };

    /// <summary>Some bytes turned over, a sector lost, or the end cut off.</summary>
    private static byte[] Damaged(byte[] good, Random random)
    {
        byte[] bad = [.. good];
        switch (random.Next(3))
        {
            case 0:
                for (var hit = random.Next(1, 20); hit > 0; hit--)
                {
                    bad[random.Next(bad.Length)] ^= (byte)random.Next(1, 256);
                }

                return bad;
            case 1:
                bad.AsSpan(random.Next(bad.Length / 512) * 512, 512).Clear();
                return bad;
            default:
                return bad[..random.Next(1, bad.Length)];
        }
    }

    private static Snapshot Of(CampaignSnapshot campaign, int maxAgeInDays = 10_000) =>
        new()
        {
            MaxAge = TimeSpan.FromDays(maxAgeInDays),
            Accounts =
            [
                new AccountSnapshot
                {
                    Identity = Main,
                    Name = "main",
                    Campaigns = [campaign],
                },
            ],
        };

    private static List<(int Day, int Clicks)> Changes(string file)
    {
        using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        using var select = connection.Prepare("SELECT at, value FROM change ORDER BY at", transaction: null);
        using var rows = select.ExecuteReader();
        var changes = new List<(int, int)>();
        while (rows.Read())
        {
            changes.Add(((int)(DateTimeOffset.FromUnixTimeMilliseconds(rows.GetInt64(0)) - Noon).TotalDays, rows.GetInt32(1)));
        }

        return changes;
    }

    private HistoryService Service(LinksOptions? links = null, AccountIdentity? accounts = null, string? path = null)
    {
        using var factory = LoggerFactory.Create(logging => logging.AddProvider(_log));
        var service = new HistoryService(
            path ?? _path,
            new HistoryOptions(),
            [accounts ?? Main],
            links ?? new LinksOptions(),
            new Instruments().Storage,
            TimeProvider.System,
            factory.CreateLogger("history")
        );
        _restored = service.Restore(CancellationToken.None);
        return service;
    }

    private async Task SaveAsync(CampaignSnapshot campaign, LinksOptions? links = null)
    {
        using var service = Service(links);
        service.Source = new SnapshotStore(Of(campaign));
        await service.StopAsync(CancellationToken.None);
    }

    private ImmutableArray<CampaignSnapshot> Restored()
    {
        using var service = Service();
        return _restored[0].Campaigns;
    }

    private ImmutableArray<CampaignSnapshot> Restored(HistoryDatabase open)
    {
        open.Checkpoint();
        open.Dispose();
        return Restored();
    }

    private void Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={DatabaseFile};Pooling=False");
        connection.Open();
        connection.Execute(sql);
    }
}
