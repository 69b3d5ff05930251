using System.Globalization;
using Exporter.Disk;

namespace Exporter.History;

/// <summary>
/// The directory under <c>--storage.path</c>, held by one process at a time. Only its owner can use the files that are created in it.
/// </summary>
internal sealed class StoreDirectory : IDisposable
{
    /// <summary>The least bytes of a database. SQLite silently treats some shorter files as new ones.</summary>
    public const int LeastBytes = 512;

    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly FileStream _lock;
    private readonly string _path;

    // The lock ends with the process, however that ends; the file stays.
    private StoreDirectory(string path)
    {
        (_path, DatabaseFile) = (path, FileIn(path));
#pragma warning disable RS0030 // The program's own file, which is never read.
        _lock = new FileStream(LockIn(path), Private(FileMode.OpenOrCreate));
#pragma warning restore RS0030
    }

    public string DatabaseFile { get; }

    private static readonly string[] Suffixes = ["", "-wal", "-shm"];

    /// <summary>The files that SQLite opens beside the database.</summary>
    private static readonly string[] Besides = ["-wal", "-shm", "-journal"];

    public static string FileIn(string path) => Path.Combine(path, "history.db");

    /// <summary>Creates the directory if necessary, and takes it.</summary>
    /// <param name="problem">The reason why it cannot be used.</param>
    /// <returns><see langword="null"/> when it cannot be used.</returns>
    public static StoreDirectory? TryAcquire(string path, out string problem)
    {
        problem = "";
        if (File.Exists(path))
        {
            problem = $"{FileTypes.Describe(FileTypes.AtPath(path)) ?? "it is a file"}, not a directory";
            return null;
        }

        try
        {
            MakeDirectory(path);
            RefuseOther(LockIn(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problem = e.Message;
            return null;
        }

        try
        {
            return new StoreDirectory(path);
        }
        catch (UnauthorizedAccessException e)
        {
            problem = e.Message;
        }
        catch (IOException e)
        {
            problem = $"another process uses it, or it is not writable: {e.Message}";
        }

        return null;
    }

    /// <summary>Whether there is certainly no store at a path, not even an unreadable one.</summary>
    public static bool HasNone(string path)
    {
        try
        {
            _ = File.GetAttributes(FileIn(path));
            return false;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Whether a process holds the directory, so that its store may be changing.</summary>
    public static bool IsHeld(string path)
    {
        if (FileTypes.Describe(FileTypes.AtPath(LockIn(path))) is not null)
        {
            // A process can hold only a file. Opening a pipe might not return.
            return false;
        }

        try
        {
#pragma warning disable RS0030 // The same file.
            using var held = new FileStream(LockIn(path), FileMode.Open, FileAccess.Read, FileShare.None);
#pragma warning restore RS0030
            return false;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    /// <summary>Creates the file if necessary, and denies access to it, and to SQLite's files beside it, to all but the owner.</summary>
    /// <returns>The state of its place before.</returns>
    /// <exception cref="InvalidDataException">Something other than a database is in its place.</exception>
    /// <exception cref="IOException">Something that is no file is in the place of one of the files.</exception>
    public StoreFound Prepare()
    {
        RefuseOther(DatabaseFile, isDirectoryRefused: false);
        Array.ForEach(Besides, suffix => RefuseOther(DatabaseFile + suffix));
        if (FindDamage(DatabaseFile) is { } damage)
        {
            throw new InvalidDataException(damage);
        }

        var isEmpty = FileBehind(DatabaseFile) is { Exists: true, Length: 0 };
        var found = isEmpty ? StoreFound.Empty : FindUnlessEmpty();
        if (found is StoreFound.Nothing or StoreFound.SetAside)
        {
            // SQLite gives its other files the mode of this one. An existing file is not opened, because closing it would drop a reader's
            // locks.
#pragma warning disable RS0030 // It is created, not read.
            new FileStream(DatabaseFile, Private(FileMode.CreateNew)).Dispose();
#pragma warning restore RS0030
        }

        foreach (var suffix in Suffixes)
        {
            Close(DatabaseFile + suffix);
        }

        return found;
    }

    /// <summary>
    /// Refuses what is no file. An operator put it there, so it stays; SQLite would take it for an empty file, or say no more than that it
    /// cannot be opened.
    /// </summary>
    /// <param name="isDirectoryRefused">Whether a directory is refused, too.</param>
    /// <exception cref="IOException">There is something that is no file.</exception>
    public static void RefuseOther(string file, bool isDirectoryRefused = true)
    {
        var type = FileTypes.AtPath(file);
        if (FileTypes.Describe(type) is { } what && (isDirectoryRefused || type != FileType.Directory))
        {
            throw new IOException($"{file}: {what}");
        }
    }

    /// <summary>Refuses a store of which SQLite would not return from opening a file: it waits for the other end of a pipe.</summary>
    /// <exception cref="IOException">One of its files is no file.</exception>
    public static void RefuseWaiting(string file) =>
        Array.ForEach(["", .. Besides], suffix => RefuseOther(file + suffix, isDirectoryRefused: false));

    /// <summary>Returns the write-ahead log of a database. SQLite keeps it beside the database itself, not beside a link to it.</summary>
    /// <exception cref="IOException">Links form a circle.</exception>
    public static string LogOf(string file) => FileBehind(file).FullName + "-wal";

    /// <summary>Returns the damage that shows without opening a file; <see langword="null"/> when there is none.</summary>
    public static string? FindDamage(string file)
    {
        if (Directory.Exists(file))
        {
            return "it is a directory";
        }

        return FileBehind(file) switch
        {
            { Exists: true, Length: > 0 and < LeastBytes } => "it is cut off",

            // SQLite would delete the log, and everything in it.
            { Exists: true, Length: 0 } when FileBehind(LogOf(file)) is { Exists: true, Length: > 0 } =>
                "it is empty, but its write-ahead log is not",
            _ => null,
        };
    }

    /// <summary>Returns what is in the place of the store when that is not an empty file.</summary>
    private StoreFound FindUnlessEmpty()
    {
        if (File.Exists(DatabaseFile))
        {
            return StoreFound.There;
        }

        return Aside().Length > 0 ? StoreFound.SetAside : StoreFound.Nothing;
    }

    /// <summary>Returns the present attributes; never throws. Opens no file, because closing one would drop a reader's locks.</summary>
    public StoreFileAttributes ReadAttributes() =>
        StoreFileAttributes.Read(new DirectoryInfo(_path), new FileInfo(LockIn(_path)), Behind());

    /// <returns><see langword="null"/> when links form a circle, or when this user has no access.</returns>
    private FileInfo? Behind()
    {
        try
        {
            return FileBehind(DatabaseFile);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Follows a link: the length of the link itself would be that of its target's name.</summary>
    /// <exception cref="IOException">Links form a circle.</exception>
    public static FileInfo FileBehind(string path)
    {
        var file = new FileInfo(path);
        return file.LinkTarget is null ? file : file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
    }

    /// <summary>Renames a damaged database with its logs, so that a new one can take its place and the old one can be examined.</summary>
    /// <remarks>
    /// The one with the most bytes stays, whatever comes later, because it has the most history. The last one stays beside it if both
    /// together take no more than a whole store: the volume in the shipped manifests has room for two.
    /// </remarks>
    /// <param name="maxSize">The most bytes that all of them may take, when there is more than one.</param>
    /// <returns>The new name.</returns>
    public string SetAside(DateTimeOffset now, long maxSize)
    {
        var aside = $"{DatabaseFile}.bad-{now.UtcDateTime.ToString("yyyyMMdd'T'HHmmssfff'Z'", CultureInfo.InvariantCulture)}";
        foreach (var suffix in Suffixes)
        {
            if (File.Exists(DatabaseFile + suffix))
            {
                File.Move(DatabaseFile + suffix, aside + suffix, overwrite: true);
            }
        }

        // Move a directory with this name as well.
        if (Directory.Exists(DatabaseFile))
        {
            Directory.Move(DatabaseFile, aside);
        }

        var all = Aside()
            .GroupBy(static file => Suffixes.Aggregate(file, static (name, suffix) => TrimEnd(name, suffix)), StringComparer.Ordinal)
            .Select(static files => (Name: files.Key, Files: files.ToList(), Size: files.Sum(static file => new FileInfo(file).Length)))
            .OrderByDescending(static each => each.Size)
            .ThenByDescending(static each => each.Name, StringComparer.Ordinal)
            .ToList();
        var last = all.FindIndex(each => each.Name == aside);
        var isLastKept = last > 0 && all[0].Size + all[last].Size <= maxSize;
        foreach (var file in all.Skip(1).Where(each => !isLastKept || each.Name != aside).SelectMany(static each => each.Files))
        {
            File.Delete(file);
        }

        return aside;
    }

    private static string TrimEnd(string name, string suffix) =>
        suffix.Length > 0 && name.EndsWith(suffix, StringComparison.Ordinal) ? name[..^suffix.Length] : name;

    /// <summary>Returns the databases that were set aside.</summary>
    private string[] Aside() => Directory.GetFiles(_path, $"{Path.GetFileName(DatabaseFile)}.bad-*");

    public void Dispose() => _lock.Dispose();

    private static string LockIn(string path) => Path.Combine(path, "lock");

    private static void MakeDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, OwnerFile | UnixFileMode.UserExecute);
        }
    }

    private static FileStreamOptions Private(FileMode mode)
    {
        var options = new FileStreamOptions
        {
            Mode = mode,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerFile;
        }

        return options;
    }

    /// <summary>Removes the access of other users, which an earlier version left. Skips a file that belongs to another user.</summary>
    private static void Close(string file)
    {
        try
        {
            if (!OperatingSystem.IsWindows() && File.Exists(file) && File.GetUnixFileMode(file) != OwnerFile)
            {
                File.SetUnixFileMode(file, OwnerFile);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The file is used all the same. Its owner decided who may read it.
        }
    }
}
