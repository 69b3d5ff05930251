using System.Runtime.InteropServices;
using Exporter.Disk;

namespace Exporter.History;

/// <summary>
/// How the files of an open store look from outside. Only this program writes them, so any difference is the work of another program or a
/// person. SQLite keeps the files open and would not notice it before the next start.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct StoreLook(StoreLook.Entry Directory, StoreLook.Entry Lock, StoreLook.Entry Database, StoreLook.Entry Log)
{
    /// <param name="directory">The directory, as its path is now.</param>
    /// <param name="lockFile">The file that keeps other processes away.</param>
    /// <param name="database">The database, a link followed; <see langword="null"/> when that leads nowhere.</param>
    /// <param name="log">Its write-ahead log.</param>
    public static StoreLook At(FileSystemInfo directory, FileInfo lockFile, FileInfo? database, FileInfo log) =>
        new(Entry.Of(directory), Entry.Of(lockFile), Entry.Of(database), Entry.Of(log));

    /// <summary>The same but for the times of writing, which some file systems tell differently a moment later.</summary>
    public StoreLook Timeless() => new(Directory.Timeless(), Lock.Timeless(), Database.Timeless(), Log.Timeless());

    /// <summary>
    /// How they should look after this program has written to them: as long and as old as they are now. Which files they are, and who may
    /// use them, it never changes; and it never leaves a database without its first page.
    /// </summary>
    public StoreLook AfterWriting(StoreLook now, int leastBytes) =>
        this with
        {
            Database = now.Database.Length < leastBytes ? Database : Database.As(now.Database),
            Log = Log.Exists ? Log.As(now.Log) : now.Log,
        };

    /// <summary>Says in words what was done to the files between two looks.</summary>
    public string Since(StoreLook before) =>
        !Directory.Exists ? "the directory has been deleted"
        : Directory.Identity != before.Directory.Identity ? "the directory has been replaced by another one"
        : !Database.Exists ? "the store has been deleted"
        : Database != before.Database ? $"the store has been {Database.Since(before.Database)}"
        : Log != before.Log ? $"its write-ahead log has been {Log.Since(before.Log)}"
        : Lock != before.Lock ? $"its lock has been {Lock.Since(before.Lock)}"
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
        public static Entry Of(FileSystemInfo? entry)
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

        public Entry As(Entry now) => this with { Length = now.Length, Written = now.Written };

        public Entry Timeless() => this with { Written = default };

        public string Since(Entry before) =>
            !Exists ? "deleted"
            : !before.Exists ? "made"
            : Identity != before.Identity ? "replaced by another file"
            : Length != before.Length ? "overwritten or cut"
            : Mode != before.Mode ? "given other rights"
            : "written to";
    }
}
