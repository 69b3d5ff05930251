using System.Runtime.InteropServices;
using Exporter.Disk;

namespace Exporter.History;

/// <summary>
/// The attributes of an open store's files. Only this program writes them, so any other difference is the work of another program or a
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
    /// <param name="directory">The directory at the path now.</param>
    /// <param name="lockFile">The file that keeps other processes out.</param>
    /// <param name="database">The database, after links; <see langword="null"/> when they lead nowhere.</param>
    public static StoreFileAttributes Read(FileSystemInfo directory, FileInfo lockFile, FileInfo? database) =>
        new(
            Entry.Read(directory),
            Entry.Read(lockFile),
            Entry.Read(database),
            Entry.Read(database is null ? null : new FileInfo(database.FullName + "-wal"))
        );

    /// <summary>Returns the attributes without write times, which some file systems report differently a moment later.</summary>
    public StoreFileAttributes WithoutTimes() =>
        new(Directory.WithoutTimes(), Lock.WithoutTimes(), Database.WithoutTimes(), Log.WithoutTimes());

    /// <summary>
    /// Returns the attributes to expect after this program wrote to the files: lengths and times as they are now. This program never
    /// changes the files' identity or mode, and never leaves a database without its first page.
    /// </summary>
    public StoreFileAttributes AfterWriting(StoreFileAttributes now, int leastBytes) =>
        this with
        {
            Database = now.Database.Length < leastBytes ? Database : Database.WrittenLike(now.Database),
            Log = Log.Exists ? Log.WrittenLike(now.Log) : now.Log,
        };

    /// <summary>Describes the changes to the files between two readings.</summary>
    public string DescribeChangesSince(StoreFileAttributes before)
    {
        if (!Directory.Exists)
        {
            return "the directory has been deleted";
        }

        if (Directory.Identity != before.Directory.Identity)
        {
            return "the directory has been replaced by another one";
        }

        if (!Database.Exists)
        {
            return "the store has been deleted";
        }

        if (Database != before.Database)
        {
            return $"the store has been {Database.DescribeChangesSince(before.Database)}";
        }

        if (Log != before.Log)
        {
            return $"its write-ahead log has been {Log.DescribeChangesSince(before.Log)}";
        }

        return Lock != before.Lock
            ? $"its lock has been {Lock.DescribeChangesSince(before.Lock)}"
            : "the access rights of its directory have changed";
    }

    /// <summary>The attributes of one file or directory.</summary>
    /// <param name="Exists">Whether it exists and is accessible.</param>
    /// <param name="Length">The bytes in it; 0 for a directory.</param>
    /// <param name="Written">The write time; not set for a directory, in which files come and go.</param>
    /// <param name="Mode">The access rights.</param>
    /// <param name="Identity">The identity of the file. A replacement has another identity, however alike it looks.</param>
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

        public string DescribeChangesSince(Entry before)
        {
            if (!Exists)
            {
                return "deleted";
            }

            if (!before.Exists)
            {
                return "made";
            }

            if (Identity != before.Identity)
            {
                return "replaced by another file";
            }

            if (Length != before.Length)
            {
                return "overwritten or cut";
            }

            return Mode != before.Mode ? "given other access rights" : "written to";
        }
    }
}
