using System.Runtime.InteropServices;
using Exporter.Disk;

namespace Exporter.History;

/// <summary>
/// How the files of an open store look from outside. Only this program writes them, so any difference is the work of another program or a
/// person. SQLite keeps the files open and would not notice it before the next start.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct StoreFileAttributes(
    StoreFileAttributes.Entry Directory,
    StoreFileAttributes.Entry Lock,
    StoreFileAttributes.Entry Database,
    StoreFileAttributes.Entry Log
)
{
    /// <param name="directory">The directory, as its path is now.</param>
    /// <param name="lockFile">The file that keeps other processes away.</param>
    /// <param name="database">The database, a link followed; <see langword="null"/> when that leads nowhere.</param>
    /// <param name="log">Its write-ahead log.</param>
    public static StoreFileAttributes Read(FileSystemInfo directory, FileInfo lockFile, FileInfo? database, FileInfo log) =>
        new(Entry.Read(directory), Entry.Read(lockFile), Entry.Read(database), Entry.Read(log));

    /// <summary>The same but for the times of writing, which some file systems tell differently a moment later.</summary>
    public StoreFileAttributes WithoutTimes() =>
        new(Directory.WithoutTimes(), Lock.WithoutTimes(), Database.WithoutTimes(), Log.WithoutTimes());

    /// <summary>
    /// How they should look after this program has written to them: as long and as old as they are now. Which files they are, and who may
    /// use them, it never changes; and it never leaves a database without its first page.
    /// </summary>
    public StoreFileAttributes AfterWriting(StoreFileAttributes now, int leastBytes) =>
        this with
        {
            Database = now.Database.Length < leastBytes ? Database : Database.WrittenLike(now.Database),
            Log = Log.Exists ? Log.WrittenLike(now.Log) : now.Log,
        };

    /// <summary>Says in words what was done to the files between two looks.</summary>
    public string DescribeChangesSince(StoreFileAttributes before) =>
        !Directory.Exists ? "the directory has been deleted"
        : Directory.Identity != before.Directory.Identity ? "the directory has been replaced by another one"
        : !Database.Exists ? "the store has been deleted"
        : Database != before.Database ? $"the store has been {Database.DescribeChangesSince(before.Database)}"
        : Log != before.Log ? $"its write-ahead log has been {Log.DescribeChangesSince(before.Log)}"
        : Lock != before.Lock ? $"its lock has been {Lock.DescribeChangesSince(before.Lock)}"
        : "other users may use its directory now, or this one no longer may";

    /// <summary>One of them.</summary>
    /// <param name="Exists">Whether it is there, and may be looked at.</param>
    /// <param name="Length">Bytes in it; 0 of a directory.</param>
    /// <param name="Written">When it was written; of a directory, in which files come and go, no time.</param>
    /// <param name="Mode">Who may do what with it.</param>
    /// <param name="Identity">Which file it is: another one in its place has another, however alike it looks.</param>
    [StructLayout(LayoutKind.Auto)]
    internal readonly record struct Entry(
        bool Exists,
        long Length,
        DateTime Written,
        UnixFileMode Mode,
        (long Device, long Number) Identity
    )
    {
        public static Entry Read(FileSystemInfo? entry)
        {
            try
            {
                if (entry is not { Exists: true })
                {
                    return default;
                }

                var identity = FileTypes.IdentityOf(entry.FullName);
                return entry is FileInfo file
                    ? new(Exists: true, file.Length, file.LastWriteTimeUtc, file.UnixFileMode, identity)
                    : new(Exists: true, Length: 0, default, entry.UnixFileMode, identity);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return default;
            }
        }

        public Entry WrittenLike(Entry now) => this with { Length = now.Length, Written = now.Written };

        public Entry WithoutTimes() => this with { Written = default };

        public string DescribeChangesSince(Entry before) =>
            !Exists ? "deleted"
            : !before.Exists ? "made"
            : Identity != before.Identity ? "replaced by another file"
            : Length != before.Length ? "overwritten or cut"
            : Mode != before.Mode ? "given other rights"
            : "written to";
    }
}
