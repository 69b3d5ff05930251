using System.Diagnostics;
using System.Net.Sockets;
using Exporter.Disk;
using Exporter.History;
using Exporter.Snapshots;
using Exporter.Telemetry;
using Exporter.Tests.Disk;
using Exporter.Tests.VirtualTime;
using Exporter.Tests.Weather;
using Microsoft.Extensions.Logging;
using Prometheus;

namespace Exporter.Tests.History;

#pragma warning disable CA1416 // The tests run on Linux.

/// <summary>
/// Whatever somebody does to the files of the store while the program runs and has nothing new to save: it is noticed at once and told
/// once, and nothing known is lost.
/// </summary>
[Collection(nameof(OnVirtualTime))]
public sealed class TouchedStoreTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly CampaignSnapshot[] Five = [.. "abcde".Select((id, number) => StoreTools.Campaign($"{id}", Noon, number, 7))];

    private static readonly Dictionary<string, Action<string>> Deeds = new(StringComparer.Ordinal)
    {
        ["the store is cut to nothing"] = static path => Cut(Store(path), 0),
        ["the store is cut in the first page"] = static path => Cut(Store(path), 700),
        ["the store is cut in the middle"] = static path => Cut(Store(path), new FileInfo(Store(path)).Length / 2),
        ["the store is cut by a page"] = static path => Cut(Store(path), Math.Max(0, new FileInfo(Store(path)).Length - 4096)),
        ["garbage is appended"] = static path => File.AppendAllText(Store(path), "garbage"),
        ["the store is all garbage"] = static path => Spoil(Store(path), 0, (int)new FileInfo(Store(path)).Length),
        ["the store is deleted"] = static path => File.Delete(Store(path)),
        ["the store and its logs are deleted"] = static path => Array.ForEach(Directory.GetFiles(path, "history.db*"), File.Delete),
        ["the store is renamed"] = static path => File.Move(Store(path), Store(path) + ".old"),
        ["the directory is deleted"] = static path => Directory.Delete(path, recursive: true),
        ["the directory is renamed"] = static path => Directory.Move(path, path + "-old"),
        ["the store and its log are cut to nothing"] = static path =>
            Array.ForEach([Store(path), Store(path) + "-wal"], static file => Cut(file, 0)),
        ["the log is deleted"] = static path => File.Delete(Store(path) + "-wal"),
        ["the log is cut"] = static path => Cut(Store(path) + "-wal", 0),
        ["the log is garbage"] = static path => File.WriteAllText(Store(path) + "-wal", "garbage"),
        ["a copy is put in its place, alike to the last bit and tick"] = static path =>
        {
            File.Copy(Store(path), Store(path) + ".copy");
            File.Move(Store(path) + ".copy", Store(path), overwrite: true);
        },
        ["the directory is put in a copy's place"] = static path =>
        {
            using var copied = Process.Start("cp", ["-a", path, path + "-copy"]);
            copied.WaitForExit();
            Directory.Move(path, path + "-old");
            Directory.Move(path + "-copy", path);
        },
        ["the lock is deleted"] = static path => File.Delete(Path.Combine(path, "lock")),
        ["another store is put in its place"] = static path => File.Move(Another(), Store(path), overwrite: true),
        ["another store is copied over it"] = static path => Overwrite(Store(path), File.ReadAllBytes(Another())),
        ["another program's database is put in its place"] = static path => File.Move(Theirs(), Store(path), overwrite: true),
        ["a text is put in its place"] = static path =>
            File.WriteAllText(Store(path), string.Concat(Enumerable.Repeat("no database\n", 1000))),
        ["a directory is put in its place"] = static path =>
        {
            File.Delete(Store(path));
            Directory.CreateDirectory(Store(path));
        },
        ["nobody may read the store"] = static path => File.SetUnixFileMode(Store(path), UnixFileMode.None),
        ["everybody may read the store"] = static path => File.SetUnixFileMode(Store(path), (UnixFileMode)0b110_100_100),
    };

    private readonly string _root = Directory.CreateTempSubdirectory("sendgrid-exporter-").FullName;
    private readonly LogLines _log = new();
    private readonly StorageInstruments _state = new Instruments().Storage;
    private readonly VirtualClock _clock = new(Noon.AddMinutes(1));

    public static TheoryData<string, bool> All =>
        [.. Deeds.Keys.SelectMany(static _ => (bool[])[false, true], static (deed, isOld) => (deed, isOld))];

    public static TheoryData<string> Names => [.. Deeds.Keys];

    private string Data => Path.Combine(_root, "data");

    private double Usable => ((Gauge)_state.All[1]).Value;

    private int Told => _log.All.Count(static line => line.Contains("level=warn", StringComparison.Ordinal));

    public void Dispose()
    {
        _log.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    /// <param name="deed">What is done.</param>
    /// <param name="isOld">Whether a former run has begun the store, so that most of it lies in the file; else it lies in the log.</param>
    [Theory]
    [MemberData(nameof(All))]
    public async Task What_is_done_to_an_open_store_is_noticed_within_seconds_and_costs_nothing_that_is_known(string deed, bool isOld)
    {
        using (var service = await RunAsync(isOld))
        {
            Deeds[deed](Data);

            await _clock.ForAsync(TimeSpan.FromSeconds(7));

            // Of a new store all that counts lies in the log, and goes over what was written into the file.
            Assert.InRange(Told, deed.EndsWith("all garbage", StringComparison.Ordinal) && !isOld ? 0 : 1, 1);
            Assert.Equal((1d, 5), (Usable, Stored()));
            await _clock.UntilAsync(service.StopAsync(CancellationToken.None));
        }

        Assert.Equal(5, Restored());
    }

    /// <summary>
    /// The moment right after each thing that the program does to its store, or looks whether it has to: what is done to the files then is
    /// somebody's, too.
    /// </summary>
    /// <param name="deed">What is done.</param>
    [Theory]
    [MemberData(nameof(Names))]
    public void What_is_done_right_after_the_program_used_its_store_is_not_taken_for_its_own_work(string deed)
    {
        var options = new HistoryOptions();
        var uses = new Dictionary<string, Action<HistoryStore>>(StringComparer.Ordinal)
        {
            ["opened"] = static _ => { },
            ["saved"] = store => store.Save(StoreTools.Of(Five), options),
            ["looked whether something is to be saved"] = store =>
            {
                store.Save(StoreTools.Of(Five), options);
                store.Save(StoreTools.Of(Five), options);
            },
            ["pruned"] = store =>
            {
                store.Save(StoreTools.Of(Five), options);
                var pruning = store.Prune(options, isFull: true);
                while (store.Step(pruning)) { }
                store.KeepReserve();
            },
            ["emptied the log"] = store =>
            {
                store.Save(StoreTools.Of(Five), options);
                store.Checkpoint();
            },
        };
        using var factory = LoggerFactory.Create(logging => logging.AddProvider(_log));
        foreach (var (use, run) in uses)
        {
            using var store = new HistoryStore(Data, _clock, new HistoryLog(factory.CreateLogger("history")));
            store.Open(options);
            run(store);
            Assert.False(store.LookForChanges(), use);

            var isDone = true;
            try
            {
                Deeds[deed](Data);
                isDone = deed != "the log is cut" || use != "emptied the log";
            }
            catch (FileNotFoundException)
            {
                isDone = false;
            }

            if (isDone)
            {
                // Nothing is new, so nothing is written.
                _ = use != "opened" && store.Save(StoreTools.Of(Five), options);
                Assert.True(store.LookForChanges(isLast: true), $"{deed}, {use}");
            }

            store.Dispose();
            foreach (var entry in Directory.GetFileSystemEntries(_root))
            {
                Directory.Delete(entry, recursive: true);
            }
        }
    }

    /// <summary>Every part of the file, spoiled behind the program's back: it is healed, or set aside and told of.</summary>
    [Fact]
    public async Task Garbage_anywhere_in_an_open_store_is_gone_a_few_seconds_later()
    {
        var store = Store(Data);
        for (var at = 0L; at == 0 || at < new FileInfo(store).Length; at += 2048)
        {
            using (var service = await RunAsync(isOld: true))
            {
                Spoil(store, at, 512);
                await _clock.ForAsync(TimeSpan.FromSeconds(7));
                Assert.Equal(1d, Usable);
                await _clock.UntilAsync(service.StopAsync(CancellationToken.None));
            }

            Assert.True(Restored() == 5, $"at {at}");
        }
    }

    [Fact]
    public async Task Who_only_touches_a_store_does_no_harm_and_is_told_nothing()
    {
        using var service = await RunAsync(isOld: true);
        foreach (var (day, minutes) in ((int, int)[])[(0, 1), (1, 1), (2, 61), (3, 1)])
        {
            File.SetLastWriteTimeUtc(Store(Data), DateTime.UnixEpoch.AddDays(day));
            await _clock.ForAsync(TimeSpan.FromMinutes(minutes));
        }

        Assert.Equal((1d, 0), (Usable, Told));
        await _clock.UntilAsync(service.StopAsync(CancellationToken.None));
    }

    /// <summary>A backup that sets times is no reason to look away from what comes after it.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(6)]
    public async Task What_is_spoiled_after_a_harmless_touch_is_noticed_in_minutes_and_at_the_stop(int minutes)
    {
        using (var service = await RunAsync(isOld: true))
        {
            File.SetLastWriteTimeUtc(Store(Data), DateTime.UnixEpoch);
            await _clock.ForAsync(TimeSpan.FromSeconds(5));
            Spoil(Store(Data), 0, (int)new FileInfo(Store(Data)).Length);
            await _clock.ForAsync(TimeSpan.FromMinutes(minutes));
            Assert.Equal(minutes > 0 ? 1 : 0, Told);
            await _clock.UntilAsync(service.StopAsync(CancellationToken.None));
        }

        Assert.Equal(5, Restored());
    }

    /// <summary>Opening a pipe for writing waits for a reader, for good.</summary>
    [Fact]
    public async Task A_pipe_in_the_place_of_the_reserve_holds_up_nothing()
    {
        Directory.CreateDirectory(Data);
        Pipes.Make(Path.Combine(Data, "reserve"));
        using (var service = await RunAsync(isOld: false))
        {
            await _clock.ForAsync(TimeSpan.FromHours(2));
            Assert.Equal((1d, 0, 5), (Usable, Told, Stored()));
            await _clock.UntilAsync(service.StopAsync(CancellationToken.None));
        }

        Assert.Equal(5, Restored());
    }

    [Fact]
    public async Task What_is_stored_of_an_account_that_a_reload_adds_comes_once_the_store_can_be_read()
    {
        var two = StoreTools.Main with { Name = "two" };
        Directory.CreateDirectory(Data);
        using (var database = HistoryDatabase.Open(Store(Data)))
        {
            var snapshot = StoreTools.Of(Five);
            database.Save(snapshot with { Accounts = [snapshot.Accounts[0] with { Identity = two, Name = "two" }] }, Noon);
        }

        using var service = await RunAsync(isOld: false);
        var late = new List<SavedAccount>();
        service.Late = saved =>
        {
            late.AddRange(saved.Where(each => each.Key == two).Select(static each => each.Value));
        };
        Directory.Move(Data, Data + "-away");
        await File.WriteAllTextAsync(Data, "", TestContext.Current.CancellationToken);
        await _clock.ForAsync(TimeSpan.FromSeconds(7));
        Assert.Equal(0d, Usable);
        Assert.False((await _clock.UntilAsync(service.State.ReadSavedAsync([two])))[two].IsRead);
        service.Source.Update(before => before with { Accounts = before.Accounts.AddRange(StoreTools.Awaiting(two).Accounts) });

        File.Delete(Data);
        Directory.Move(Data + "-away", Data);
        await _clock.ForAsync(TimeSpan.FromSeconds(7));

        Assert.Equal(1d, Usable);
        Assert.Equal(5, Assert.Single(late).Campaigns.Length);
        await _clock.UntilAsync(service.StopAsync(CancellationToken.None));
    }

    /// <summary>There is nothing to be done about it until somebody takes it back.</summary>
    /// <param name="what">What stands there.</param>
    [Theory]
    [InlineData("a file for the directory")]
    [InlineData("a link to itself for the store")]
    [InlineData("a link to itself for the directory")]
    public async Task While_something_else_stands_in_its_place_nothing_is_usable_and_it_is_told_once(string what)
    {
        using var service = await RunAsync(isOld: false);
        var place = what.EndsWith("directory", StringComparison.Ordinal) ? Data : Store(Data);
        if (place == Data)
        {
            Directory.Delete(Data, recursive: true);
        }
        else
        {
            File.Delete(place);
        }

        if (what.StartsWith("a link", StringComparison.Ordinal))
        {
            File.CreateSymbolicLink(place, place);
        }
        else
        {
            await File.WriteAllTextAsync(place, "", TestContext.Current.CancellationToken);
        }

        await _clock.ForAsync(TimeSpan.FromMinutes(1));
        Assert.Equal((0d, 1), (Usable, Told));

        File.Delete(place);
        await _clock.ForAsync(TimeSpan.FromSeconds(7));

        Assert.Equal((1d, 1, 5), (Usable, Told, Stored()));
        await _clock.UntilAsync(service.StopAsync(CancellationToken.None));
    }

    public static TheoryData<string, string, bool> Others =>
        [
            .. from name in (string[])["history.db", "history.db-wal", "history.db-shm", "history.db-journal", "lock", "."]
            from kind in (string[])["pipe", "socket", "device", "directory"]
            from isAtStart in (bool[])[true, false]
            // A database that is a directory is set aside, and a directory in the place of a directory is none.
            where kind != "directory" || name is not ("history.db" or ".")
            // The files beside it are there from the start on, and SQLite opens them again only with the database.
            where isAtStart || name is "history.db" or "lock" or "."
            select (name, kind, isAtStart),
        ];

    /// <summary>Whatever an operator has put there stays, is named, and keeps the program from nothing.</summary>
    /// <param name="name">The file in whose place it is.</param>
    /// <param name="kind">What it is.</param>
    /// <param name="isAtStart">Whether it is there at the start, or comes while the program runs.</param>
    [Theory]
    [MemberData(nameof(Others))]
    public async Task What_is_no_file_in_the_place_of_one_is_told_for_what_it_is_and_left_alone(string name, string kind, bool isAtStart)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        var place = name == "." ? Data : Path.Combine(Data, name);
        var service = isAtStart ? Service() : await RunAsync(isOld: true);
        if (name == "." && Directory.Exists(Data))
        {
            Directory.Move(Data, Data + "-old");
        }

        Directory.CreateDirectory(Path.GetDirectoryName(place)!);
        File.Delete(place);
        switch (kind)
        {
            case "pipe":
                Pipes.Make(place);
                break;
            case "socket":
                socket.Bind(new UnixDomainSocketEndPoint(place));
                break;
            case "device":
                File.CreateSymbolicLink(place, "/dev/null");
                break;
            default:
                Directory.CreateDirectory(place);
                break;
        }

        var told = $"it is a {kind}";
        if (isAtStart)
        {
            Assert.Empty(service.Restore(CancellationToken.None)[0].Campaigns);
            service.Source = new SnapshotStore(StoreTools.Of(Five));
            await service.StartAsync(CancellationToken.None);
        }

        await _clock.ForAsync(TimeSpan.FromMinutes(1));
        Assert.Equal((0d, 1), (Usable, _log.Count(told)));
        Assert.Equal(0, _log.Count("file is empty"));
        var type = FileTypes.AtPath(place);
        Assert.Equal(kind, type.ToString(), ignoreCase: true);

        if (type == FileType.Directory)
        {
            Directory.Delete(place);
        }
        else
        {
            File.Delete(place);
        }

        await _clock.ForAsync(TimeSpan.FromSeconds(7));
        Assert.Equal((1d, 5), (Usable, Stored()));
        await _clock.UntilAsync(service.StopAsync(CancellationToken.None));
        service.Dispose();
        Assert.Equal(5, Restored());
    }

    private static string Store(string path) => Path.Combine(path, "history.db");

    private static void Cut(string file, long length)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        stream.SetLength(length);
    }

    private static void Spoil(string file, long at, int length)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        stream.Position = at;
        stream.Write([.. Enumerable.Range(1, length).Select(static number => (byte)(number * 37))]);
    }

    private static void Overwrite(string file, byte[] content)
    {
        Cut(file, 0);
        File.WriteAllBytes(file, content);
    }

    /// <summary>A good store, of which this run knows nothing.</summary>
    private static string Another()
    {
        var file = Path.GetTempFileName();
        using var database = HistoryDatabase.Open(file);
        var others = Enumerable.Range(0, 50).Select(static number => StoreTools.Campaign($"other-{number}", Noon, number, 7, 8, 9));
        database.Save(StoreTools.Of([.. others]), Noon);
        return file;
    }

    private static string Theirs()
    {
        var file = Path.GetTempFileName();
        StoreTools.Execute(file, "CREATE TABLE theirs (id INTEGER PRIMARY KEY)");
        return file;
    }

    private HistoryService Service()
    {
        using var factory = LoggerFactory.Create(logging => logging.AddProvider(_log));
        return new HistoryService(Data, new HistoryOptions(), [StoreTools.Main], _state, _clock, factory.CreateLogger("history"));
    }

    private async Task<HistoryService> RunAsync(bool isOld)
    {
        if (isOld)
        {
            using var before = await RunAsync(isOld: false);
            await _clock.UntilAsync(before.StopAsync(CancellationToken.None));
        }

        var service = Service();
        service.Restore(CancellationToken.None);
        service.Source = new SnapshotStore(StoreTools.Of(Five));
        await service.StartAsync(CancellationToken.None);
        await _clock.ForAsync(TimeSpan.FromSeconds(2));
        Assert.Equal(5, Stored());
        return service;
    }

    /// <summary>Campaigns that somebody else finds in the store while the program runs.</summary>
    private int Stored()
    {
        using var reader = HistoryReader.Open(Store(Data));
        return reader.Campaigns(StoreTools.Main).Count(static campaign => campaign.Id.Length == 1);
    }

    private int Restored()
    {
        using var service = Service();
        return service
            .Restore(CancellationToken.None)[0]
            .Campaigns.Count(static restored =>
                Five.SingleOrDefault(known => known.Id == restored.Id) is { } known
                && restored.Data!.HasSameNumbersAs(known.Data)
                && restored.Health.LastSuccess == known.Health.LastSuccess
            );
    }
}
