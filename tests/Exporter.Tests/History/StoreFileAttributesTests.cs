using Exporter.History;
using Entry = Exporter.History.StoreFileAttributes.Entry;

namespace Exporter.Tests.History;

#pragma warning disable CA1416 // The tests run on Linux.

/// <summary>What another program did to an open store, in words; whether it is noticed in time is in TouchedStoreTests.</summary>
public sealed class StoreFileAttributesTests : IDisposable
{
    private const UnixFileMode Mine = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private static readonly Entry Regular = new(Exists: true, 8192, DateTime.UnixEpoch, Mine, (1, 2));
    private static readonly StoreFileAttributes Before = new(
        new Entry(Exists: true, 0, default, Mine, (1, 1)),
        Regular with
        {
            Length = 0,
            Identity = (1, 3),
        },
        Regular,
        Regular with
        {
            Identity = (1, 4),
        }
    );

    private static readonly Dictionary<string, Func<StoreFileAttributes, StoreFileAttributes>> Deeds = new(StringComparer.Ordinal)
    {
        ["the directory has been deleted"] = static _ => default,
        ["the directory has been replaced by another one"] = static now =>
            now with
            {
                Directory = now.Directory with { Identity = (9, 1) },
                Database = default,
            },
        ["the store has been deleted"] = static now => now with { Database = default, Log = default },
        ["the store has been replaced by another file"] = static now =>
            now with
            {
                Database = now.Database with { Identity = (9, 2), Length = 1 },
            },
        ["the store has been overwritten or cut"] = static now => now with { Database = now.Database with { Length = 8191 } },
        ["the store has been given other access rights"] = static now =>
            now with
            {
                Database = now.Database with { Mode = UnixFileMode.None },
            },
        ["the store has been written to"] = static now =>
            now with
            {
                Database = now.Database with { Written = now.Database.Written.AddTicks(1) },
                Log = default,
            },
        ["its write-ahead log has been deleted"] = static now => now with { Log = default, Lock = default },
        ["its lock has been replaced by another file"] = static now => now with { Lock = now.Lock with { Identity = (9, 3) } },
        ["the access rights of its directory have changed"] = static now =>
            now with
            {
                Directory = now.Directory with { Mode = UnixFileMode.None },
            },
    };

    private readonly string _path = Directory.CreateTempSubdirectory("sendgrid-exporter-").FullName;

    public static TheoryData<string> All => [.. Deeds.Keys];

    public void Dispose() => Directory.Delete(_path, recursive: true);

    [Theory]
    [MemberData(nameof(All))]
    public void The_change_is_named_that_explains_the_others(string told) =>
        Assert.Equal(told, Deeds[told](Before).DescribeChangesSince(Before));

    [Fact]
    public void A_log_that_is_new_is_told_as_that() =>
        Assert.Equal("its write-ahead log has been made", Before.DescribeChangesSince(Before with { Log = default }));

    /// <summary>Otherwise the first save after another program's change would hide that change.</summary>
    [Fact]
    public void What_this_program_wrote_is_its_own_and_what_it_never_does_is_not()
    {
        var written = Before with
        {
            Database = Before.Database with { Length = 12_288, Written = DateTime.UnixEpoch.AddDays(1) },
            Log = Before.Log with { Length = 4096, Written = DateTime.UnixEpoch.AddDays(1) },
        };
        Assert.Equal(written, Before.AfterWriting(written, leastBytes: 512));
        Assert.Equal(written.Log, (Before with { Log = default }).AfterWriting(written, leastBytes: 512).Log);

        StoreFileAttributes[] strange =
        [
            written with
            {
                Database = written.Database with { Identity = (9, 2) },
            },
            written with
            {
                Database = written.Database with { Mode = UnixFileMode.None },
            },
            written with
            {
                Database = written.Database with { Length = 511 },
            },
            written with
            {
                Log = written.Log with { Identity = (9, 4) },
            },
            written with
            {
                Log = default,
            },
            written with
            {
                Lock = default,
            },
            written with
            {
                Directory = written.Directory with { Identity = (9, 1) },
            },
        ];
        Assert.All(strange, now => Assert.NotEqual(now, Before.AfterWriting(now, leastBytes: 512)));
    }

    [Fact]
    public void Without_times_only_times_make_no_difference()
    {
        var touched = Before with
        {
            Database = Before.Database with { Written = DateTime.UnixEpoch.AddDays(1) },
            Log = Before.Log with { Written = DateTime.UnixEpoch.AddDays(1) },
            Lock = Before.Lock with { Written = DateTime.UnixEpoch.AddDays(1) },
        };
        Assert.Equal(Before.WithoutTimes(), touched.WithoutTimes());
        Assert.All(
            Deeds.Where(static deed => deed.Key != "the store has been written to").Select(static deed => deed.Value),
            deed => Assert.NotEqual(Before.WithoutTimes(), deed(Before).WithoutTimes())
        );
    }

    /// <summary>As a backup that is put back makes it.</summary>
    [Fact]
    public void A_copy_alike_to_the_last_bit_and_tick_is_another_file()
    {
        var (store, copy) = (Path.Combine(_path, "history.db"), Path.Combine(_path, "copy"));
        File.WriteAllText(store, "content");
        File.SetUnixFileMode(store, Mine);
        var before = Read(store);
        File.Copy(store, copy);
        File.SetLastWriteTimeUtc(copy, File.GetLastWriteTimeUtc(store));
        File.Move(copy, store, overwrite: true);

        var now = Read(store);

        Assert.Equal(before with { Database = now.Database }, now);
        Assert.Equal("the store has been replaced by another file", now.DescribeChangesSince(before));
        Assert.Equal((7, Mine), (now.Database.Length, now.Database.Mode));
        Assert.Equal(default, now.Log);
    }

    /// <summary>Files come and go in it, and its time with them.</summary>
    [Fact]
    public void A_file_beside_the_store_changes_nothing()
    {
        var store = Path.Combine(_path, "history.db");
        File.WriteAllText(store, "content");
        var before = Read(store);

        File.WriteAllText(Path.Combine(_path, "beside"), "");
        Directory.SetLastWriteTimeUtc(_path, DateTime.UnixEpoch);

        Assert.Equal(before, Read(store));
    }

    private StoreFileAttributes Read(string store) =>
        StoreFileAttributes.Read(new DirectoryInfo(_path), new FileInfo(store), new FileInfo(store)) with
        {
            Lock = default,
        };
}
