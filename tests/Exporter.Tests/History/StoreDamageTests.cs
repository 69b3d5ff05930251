using System.Collections.Immutable;
using Exporter.History;
using Exporter.Snapshots;
using Exporter.Telemetry;
using Exporter.Tests.Weather;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Prometheus;

namespace Exporter.Tests.History;

#pragma warning disable CA1416 // The tests run on Linux.

/// <summary>Damage costs what is damaged, is told, and is never taken for what it is not.</summary>
public sealed class StoreDamageTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly CampaignSnapshot[] Five = [.. "abcde".Select((id, number) => StoreTools.Campaign($"{id}", Noon, number, 7))];

    private readonly string _path = Directory.CreateTempSubdirectory("sendgrid-exporter-").FullName;
    private readonly LogLines _log = new();
    private readonly StorageInstruments _state = new Instruments().Storage;

    private string File => Path.Combine(_path, "history.db");

    private IEnumerable<string> SetAside =>
        Directory.GetFileSystemEntries(_path).Where(file => file.Contains(".bad-", StringComparison.Ordinal));

    private double Usable => ((Gauge)_state.All[1]).Value;

    public void Dispose()
    {
        _log.Dispose();
        Directory.Delete(_path, recursive: true);
    }

    [Fact]
    public async Task A_damaged_campaign_costs_no_other_and_the_next_save_mends_it()
    {
        string[] columns = ["up", "last_success", "last_attempt", "duration", "pages", "reason", "error", "walk", "seal"];
        string[] values = ["NULL", "7", "-1", "9223372036854775807", "'soon'", "x'00'", "x''", "0.5"];
        await SaveAsync(Five);
        foreach (var (column, value) in columns.SelectMany(column => values, (column, value) => (column, value)))
        {
            try
            {
                StoreTools.Execute(File, $"UPDATE campaign SET {column} = {value} WHERE campaign_id = 'c'");
            }
            catch (SqliteException)
            {
                // Not null: the table itself does not let it happen.
                continue;
            }

            var restored = Restored();
            Assert.True(
                restored.Length >= 4 && restored.All(IsTrue),
                $"{column} = {value}: {string.Join(' ', restored.Select(campaign => campaign.Id))}"
            );
            Assert.Equal("abde", string.Concat(restored.Select(campaign => campaign.Id).Where(id => id != "c")));
            await SaveAsync(Five);
            Assert.Equal(5, Restored().Count(IsTrue));
        }

        Assert.Empty(SetAside);
        Assert.True(_log.Count("All others are restored") > 20);
    }

    [Fact]
    public async Task A_store_that_is_cut_anywhere_serves_the_truth_or_nothing_and_says_so()
    {
        await SaveAsync(Five);
        var good = await System.IO.File.ReadAllBytesAsync(File, TestContext.Current.CancellationToken);
        foreach (
            var size in (int[])
                [0, 1, 15, 16, 99, 100, 511, 512, 4095, 4096, 4097, .. Enumerable.Range(2, 8).Select(pages => (pages * 4096) + (pages % 2))]
        )
        {
            var told = _log.All.Count;
            await System.IO.File.WriteAllBytesAsync(File, good[..Math.Min(size, good.Length - 1)], TestContext.Current.CancellationToken);

            var restored = Restored();
            Assert.True(restored.All(IsTrue), $"{size} bytes");
            Assert.True(restored.Length == 5 || _log.All.Count > told, $"{size} bytes");
            await SaveAsync(Five);
            Assert.Equal(5, Restored().Count(IsTrue));
        }

        Assert.Equal(1, _log.Count("is empty, perhaps after a power cut"));
    }

    [Fact]
    public async Task A_directory_in_the_place_of_the_file_is_set_aside()
    {
        Directory.CreateDirectory(Path.Combine(File, "theirs"));

        await SaveAsync(Five);

        Assert.Equal(5, Restored().Length);
        Assert.True(Directory.Exists(Path.Combine(Assert.Single(SetAside), "theirs")));
    }

    [Fact]
    public async Task A_store_behind_a_link_is_restored()
    {
        await SaveAsync(Five);
        var elsewhere = Path.Combine(_path, "elsewhere.db");
        System.IO.File.Move(File, elsewhere);
        System.IO.File.CreateSymbolicLink(File, elsewhere);

        Assert.Equal(5, Restored().Count(IsTrue));
        Assert.Empty(SetAside);
    }

    /// <summary>Every part of every index: what is behind it is found all the same, or it is said that something is lost.</summary>
    [Fact]
    public async Task A_damaged_index_hides_nothing_without_a_word()
    {
        await SaveAsync(Five);
        var good = await System.IO.File.ReadAllBytesAsync(File, TestContext.Current.CancellationToken);
        foreach (var at in Enumerable.Range(0, good.Length / 512).Select(part => part * 512))
        {
            var bad = good.ToArray();
            Enumerable.Range(1, 64).Select(number => (byte)number).ToArray().CopyTo(bad, at);
            foreach (var file in Directory.GetFiles(_path))
            {
                System.IO.File.Delete(file);
            }

            await System.IO.File.WriteAllBytesAsync(File, bad, TestContext.Current.CancellationToken);
            var told = _log.All.Count(line => line.Contains("level=warn", StringComparison.Ordinal));

            var restored = Restored();

            Assert.True(restored.All(IsTrue), $"at {at}");
            Assert.True(
                restored.Length == 5 || _log.All.Count(line => line.Contains("level=warn", StringComparison.Ordinal)) > told,
                $"at {at}: {restored.Length} without a word"
            );
        }
    }

    [Fact]
    public async Task A_mistake_of_ours_is_no_damage_of_the_store()
    {
        await SaveAsync(Five);
        using var service = Service();
        service.Restore(CancellationToken.None);
        var broken = Five[0] with { Data = Five[0].Data! with { Statistics = default } };
        service.Source = new SnapshotStore(StoreTools.Of(broken));

        await service.StopAsync(CancellationToken.None);
        await service.StopAsync(CancellationToken.None);

        Assert.Equal((0d, 1), (Usable, _log.Count("cannot be saved")));
        Assert.Empty(SetAside);
        service.Source = new SnapshotStore(StoreTools.Of(Five));
        await service.StopAsync(CancellationToken.None);
        Assert.Equal(1d, Usable);
    }

    [Fact]
    public async Task A_store_that_is_damaged_again_and_again_is_set_aside_once_and_two_are_kept_at_most()
    {
        for (var run = 0; run < 3; run++)
        {
            await SaveAsync(Five);
            using var service = Service();
            service.Restore(CancellationToken.None);
            for (var again = 0; again < 4; again++)
            {
                StoreTools.Execute(File, "DROP TABLE IF EXISTS change");
                service.Source = new SnapshotStore(StoreTools.Of(StoreTools.Campaign("a", Noon.AddMinutes(again), again)));
                await service.StopAsync(CancellationToken.None);
            }

            Assert.InRange(_log.Count("It was set aside"), run + 1, (2 * run) + 1);
            Assert.InRange(
                SetAside.Count(file =>
                    !file.EndsWith("-wal", StringComparison.Ordinal) && !file.EndsWith("-shm", StringComparison.Ordinal)
                ),
                1,
                2
            );
        }

        Assert.Equal(0d, Usable);
    }

    /// <summary>SQLite reports a read that the disk refused as damage. These are all codes that ever meant it.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(11)]
    [InlineData(19)]
    [InlineData(20)]
    [InlineData(26)]
    [InlineData(null)]
    public async Task An_error_that_only_looks_like_damage_sets_no_good_store_aside(int? code)
    {
        await SaveAsync(Five);
        using var service = Service();
        service.Restore(CancellationToken.None);
        var refused = code is { } number ? (Exception)new SqliteException("malformed", number) : new InvalidDataException("it is damaged");
        for (var again = 0; again < 3; again++)
        {
            Assert.False(service.State.TrySave(() => throw refused, static _ => { }));
        }

        Assert.Equal((0d, 1, 0), (Usable, _log.Count("cannot be saved"), SetAside.Count()));
        Assert.True(service.State.TrySave(static () => StoreTools.Of(Five), static _ => { }));
        Assert.Equal((1d, 1), (Usable, _log.Count("saved again")));
        service.Dispose();
        Assert.Equal(5, Restored().Count(IsTrue));
    }

    /// <summary>The system refuses to read the first bytes of this file, as a bad disk does.</summary>
    [Fact]
    public void What_the_disk_refuses_to_read_is_not_proven_to_be_damaged()
    {
        System.IO.File.CreateSymbolicLink(File, "/proc/self/mem");

        Assert.False(DamageProof.IsGiven(File, isOfTables: false));
    }

    [Theory]
    [InlineData("no database at all, and long enough to be looked at", true)]
    [InlineData("CREATE TABLE theirs (x)", true)]
    [InlineData("DROP TABLE change", true)]
    [InlineData("DROP TABLE change", false)]
    [InlineData("PRAGMA writable_schema = 1; UPDATE sqlite_master SET rootpage = 77 WHERE name = 'change'", true)]
    public async Task What_is_damaged_is_proven_to_be(string how, bool isOfTables)
    {
        await SaveAsync(Five);
        if (how.StartsWith("no ", StringComparison.Ordinal))
        {
            await System.IO.File.WriteAllTextAsync(File, string.Concat(Enumerable.Repeat(how, 99)), TestContext.Current.CancellationToken);
        }
        else
        {
            StoreTools.Execute(File, how);
        }

        // Tables matter only to an error that is about tables.
        Assert.Equal(isOfTables || !how.StartsWith("DROP", StringComparison.Ordinal), DamageProof.IsGiven(File, isOfTables));
    }

    [Fact]
    public void The_biggest_store_that_was_set_aside_stays_and_the_last_one_if_there_is_room()
    {
        Assert.Equal("9", Kept(most: 9, 9, 1));
        Assert.Equal("9 1", Kept(most: 10, 9, 1));
        Assert.Equal("9 2", Kept(most: 11, 9, 1, 2));
        Assert.Equal("9", Kept(most: 99, 1, 9));
        Assert.Equal("9", Kept(most: 1, 9, 9, 9));

        string Kept(long most, params int[] sizes)
        {
            var path = Directory.CreateDirectory(Path.Combine(_path, Guid.NewGuid().ToString())).FullName;
            using var directory = StoreDirectory.TryAcquire(path, out _)!;
            foreach (var (number, size) in sizes.Index())
            {
                System.IO.File.WriteAllBytes(directory.DatabaseFile, new byte[size - 1]);
                System.IO.File.WriteAllBytes(directory.DatabaseFile + "-wal", new byte[1]);
                directory.SetAside(Noon.AddHours(number), most);
            }

            return string.Join(
                ' ',
                Directory
                    .GetFiles(path, "*.bad-*")
                    .Where(static file => !file.EndsWith("-wal", StringComparison.Ordinal))
                    .Order(StringComparer.Ordinal)
                    .Select(static file => new FileInfo(file).Length + new FileInfo(file + "-wal").Length)
            );
        }
    }

    [Fact]
    public async Task What_is_made_under_the_storage_path_is_for_its_owner_only()
    {
        const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var path = Path.Combine(_path, "made");
        using (var service = Service(path))
        {
            service.Restore(CancellationToken.None);
            service.Source = new SnapshotStore(StoreTools.Of(Five));
            await service.StartAsync(CancellationToken.None);
            await service.StopAsync(CancellationToken.None);
            Assert.Equal(Owner | UnixFileMode.UserExecute, System.IO.File.GetUnixFileMode(path));
            Assert.All(Directory.GetFiles(path), file => Assert.Equal(Owner, System.IO.File.GetUnixFileMode(file)));
            Assert.NotEmpty(Directory.GetFiles(path, "*-wal"));
        }

        // As an earlier version has made it.
        System.IO.File.SetUnixFileMode(Path.Combine(path, "history.db"), Owner | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        using var again = Service(path);
        Assert.Equal(5, again.Restore(CancellationToken.None)[0].Campaigns.Length);
        Assert.All(Directory.GetFiles(path), file => Assert.Equal(Owner, System.IO.File.GetUnixFileMode(file)));
    }

    [Fact]
    public async Task After_an_overlapping_restart_the_state_is_restored_once_the_lock_is_free()
    {
        var first = Service();
        first.Restore(CancellationToken.None);
        first.Source = new SnapshotStore(StoreTools.Of(Five));
        using var second = Service();
        Assert.Empty(second.Restore(CancellationToken.None)[0].Campaigns);
        Assert.Equal(0d, Usable);
        await first.StopAsync(CancellationToken.None);
        first.Dispose();

        // What this run has seen itself is written only when it has taken what the store knows.
        var late = ImmutableArray<CampaignSnapshot>.Empty;
        second.Late = saved => late = saved[StoreTools.Main].Campaigns;
        second.IsTaking = false;
        second.Source = new SnapshotStore(StoreTools.Awaiting(StoreTools.Main, StoreTools.Campaign("a", Noon.AddMinutes(5), 100)));
        await second.StopAsync(CancellationToken.None);
        Assert.Equal(0, StoredClicks());
        second.IsTaking = true;
        await second.StopAsync(CancellationToken.None);

        Assert.Equal(5, late.Count(IsTrue));
        Assert.Equal((100, 1d), (StoredClicks(), Usable));

        long? StoredClicks()
        {
            using var reader = HistoryReader.Open(File);
            return reader.Read(StoreTools.Main, CampaignKind.Automation, "a", Noon.AddDays(1), Noon.AddDays(1))[0].Observations[0].Value;
        }
    }

    [Fact]
    public async Task An_account_that_a_reload_adds_begins_with_what_is_stored_of_it()
    {
        await SaveAsync(Five);
        using var service = Service(accounts: []);
        Assert.Empty(service.Restore(CancellationToken.None));

        Assert.Equal(5, (await service.State.ReadSavedAsync([StoreTools.Main]))[StoreTools.Main].Campaigns.Count(IsTrue));
    }

    [Fact]
    public async Task Campaigns_that_were_over_when_the_account_was_last_polled_are_not_restored()
    {
        await SaveAsync([.. Five, StoreTools.Campaign("over", Noon.AddDays(-3), 5) with { IsDelisted = true }]);

        Assert.Equal("abcde", string.Concat(Restored().Select(campaign => campaign.Id)));
    }

    /// <summary>It was taken for over, and its pages were probed no longer, because another one had been tried two days after it.</summary>
    [Fact]
    public async Task What_nobody_has_taken_away_is_restored_however_long_ago_it_was_polled()
    {
        await SaveAsync([.. Five, StoreTools.Campaign("f", Noon.AddDays(-300), 5)]);

        Assert.Equal("abcdef", string.Concat(Restored().Select(campaign => campaign.Id)));
    }

    [Fact]
    public async Task What_a_list_or_a_reload_took_away_is_restored_as_such()
    {
        await SaveAsync([.. Five.Select(campaign => campaign with { IsDelisted = campaign.Id == "a" })]);
        using (var service = Service())
        {
            service.Restore(CancellationToken.None);
            var snapshots = new SnapshotStore(StoreTools.Of(Five[1..]));
            service.Source = snapshots;
            await service.StopAsync(CancellationToken.None);
            snapshots.Update(_ => StoreTools.Of(Five[2..]));
            await service.StopAsync(CancellationToken.None);
        }

        Assert.Equal("ab", string.Concat(Restored().Where(campaign => campaign.IsDelisted).Select(campaign => campaign.Id)));
        await SaveAsync(Five);
        Assert.DoesNotContain(Restored(), campaign => campaign.IsDelisted);
    }

    [Fact]
    public async Task What_an_account_had_stays_known_while_the_configuration_does_not_name_the_account()
    {
        await SaveAsync(Five);
        using (var service = Service())
        {
            service.Restore(CancellationToken.None);
            var snapshots = new SnapshotStore(StoreTools.Of(Five));
            service.Source = snapshots;
            await service.StopAsync(CancellationToken.None);
            snapshots.Update(_ => new Snapshot());
            await service.StopAsync(CancellationToken.None);
        }

        Assert.DoesNotContain(Restored(), campaign => campaign.IsDelisted);
    }

    [Fact]
    public async Task What_waits_for_the_first_list_is_kept_as_what_is_polled_is()
    {
        var remembered = StoreTools.Of(Five[..1]) is var whole
            ? whole with
            {
                Accounts = [whole.Accounts[0] with { Remembered = [.. Five[1..]] }],
            }
            : null!;
        await SaveAsync(Five);
        using (var service = Service())
        {
            service.Restore(CancellationToken.None);
            var snapshots = new SnapshotStore(remembered);
            service.Source = snapshots;
            await service.StopAsync(CancellationToken.None);
            snapshots.Update(_ => StoreTools.Of(Five[..1]));
            await service.StopAsync(CancellationToken.None);
        }

        Assert.Equal("bcde", string.Concat(Restored().Where(campaign => campaign.IsDelisted).Select(campaign => campaign.Id)));
    }

    private static bool IsTrue(CampaignSnapshot restored) =>
        Five.Single(saved => saved.Id == restored.Id) is var saved
        && restored.Health.LastSuccess == saved.Health.LastSuccess
        && restored.Data!.HasSameNumbersAs(saved.Data);

    private HistoryService Service(string? path = null, IReadOnlyList<AccountIdentity>? accounts = null)
    {
        using var factory = LoggerFactory.Create(logging => logging.AddProvider(_log));
        return new HistoryService(
            path ?? _path,
            new HistoryOptions(),
            accounts ?? [StoreTools.Main],
            _state,
            TimeProvider.System,
            factory.CreateLogger("history")
        );
    }

    private async Task SaveAsync(CampaignSnapshot[] campaigns)
    {
        using var service = Service();
        service.Restore(CancellationToken.None);
        service.Source = new SnapshotStore(StoreTools.Of(campaigns));
        await service.StopAsync(CancellationToken.None);
    }

    private ImmutableArray<CampaignSnapshot> Restored()
    {
        using var service = Service();
        return service.Restore(CancellationToken.None)[0].Campaigns;
    }
}
