using System.Globalization;

namespace Exporter.History;

/// <summary>The directory under <c>--storage.path</c>, held by one process at a time. What is made in it is for its owner only.</summary>
internal sealed class StorageDirectory : IDisposable
{
    /// <summary>No database is shorter; SQLite takes some shorter files for new ones, without a word.</summary>
    public const int LeastBytes = 512;

    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly FileStream _lock;
    private readonly string _path;

    // The lock goes with the process, however that ends; the file stays.
    private StorageDirectory(string path)
    {
        (_path, DatabaseFile) = (path, FileIn(path));
#pragma warning disable RS0030 // A file of our own, which nobody reads.
        _lock = new FileStream(LockIn(path), Private(FileMode.OpenOrCreate));
#pragma warning restore RS0030
    }

    public string DatabaseFile { get; }

    private static readonly string[] Suffixes = ["", "-wal", "-shm"];

    public static string FileIn(string path) => Path.Combine(path, "history.db");

    /// <summary>Makes the directory where it is missing, and takes it.</summary>
    /// <param name="path">The directory.</param>
    /// <param name="problem">Why it cannot be used.</param>
    /// <returns><see langword="null"/> when it cannot be used.</returns>
    public static StorageDirectory? TryAcquire(string path, out string problem)
    {
        problem = "";
        if (File.Exists(path))
        {
            problem = "it is a file, not a directory";
            return null;
        }

        try
        {
            MakeDirectory(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problem = e.Message;
            return null;
        }

        try
        {
            return new StorageDirectory(path);
        }
        catch (UnauthorizedAccessException e)
        {
            problem = e.Message;
        }
        catch (IOException e)
        {
            problem = $"another process uses it, or it may not be written: {e.Message}";
        }

        return null;
    }

    /// <summary>Whether there is certainly no store at a path: neither one that can be read nor one that cannot.</summary>
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

    /// <summary>Whether a process holds the directory: its store may be changing.</summary>
    public static bool IsHeld(string path)
    {
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

    /// <summary>Sees to it that the file is there, and that nobody but its owner reads it or what SQLite makes beside it.</summary>
    /// <returns>What was there.</returns>
    /// <exception cref="InvalidDataException">Something else is in its place.</exception>
    public StoreFound Prepare()
    {
        if (Directory.Exists(DatabaseFile))
        {
            throw new InvalidDataException("it is a directory");
        }

        if (FileBehind(DatabaseFile) is { Exists: true, Length: > 0 and < LeastBytes })
        {
            throw new InvalidDataException("it is cut off");
        }

        var isEmpty = FileBehind(DatabaseFile) is { Exists: true, Length: 0 };
        if (isEmpty && FileBehind(DatabaseFile + "-wal") is { Exists: true, Length: > 0 })
        {
            // SQLite would delete the log, and with it all that there is.
            throw new InvalidDataException("it is empty, but its write-ahead log is not");
        }

        var found =
            isEmpty ? StoreFound.Empty
            : File.Exists(DatabaseFile) ? StoreFound.There
            : Aside().Length > 0 ? StoreFound.SetAside
            : StoreFound.Nothing;
        if (found is StoreFound.Nothing or StoreFound.SetAside)
        {
            // SQLite gives its other files the mode of this one. One that is there is not opened: closing it would take a reader's locks
            // away.
#pragma warning disable RS0030 // It is made, not read.
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
    /// What is there now, whatever it is: nothing is thrown. Nothing is opened either: closing it would take a reader's locks away.
    /// </summary>
    public StoreFileAttributes ReadAttributes() =>
        StoreFileAttributes.Read(new DirectoryInfo(_path), new FileInfo(LockIn(_path)), Behind(), new FileInfo(DatabaseFile + "-wal"));

    /// <returns><see langword="null"/> when links lead in a circle, or where this user may not go.</returns>
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

    /// <summary>Of a link the length would be that of its target's name.</summary>
    private static FileInfo FileBehind(string path)
    {
        var file = new FileInfo(path);
        return file.LinkTarget is null ? file : file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
    }

    /// <summary>Renames a bad database with its logs, so that a new one can take its place and the old one can be looked at.</summary>
    /// <remarks>Only the last one is kept: the volume that is shipped has room for two stores.</remarks>
    /// <returns>Its new name.</returns>
    public string SetAside(DateTimeOffset now)
    {
        var before = Aside();
        var aside = $"{DatabaseFile}.bad-{now.UtcDateTime.ToString("yyyyMMdd'T'HHmmssfff'Z'", CultureInfo.InvariantCulture)}";
        foreach (var suffix in Suffixes)
        {
            if (File.Exists(DatabaseFile + suffix))
            {
                File.Move(DatabaseFile + suffix, aside + suffix, overwrite: true);
            }
        }

        // Something that is no file (a directory of this name) can be moved as well.
        if (Directory.Exists(DatabaseFile))
        {
            Directory.Move(DatabaseFile, aside);
        }

        foreach (var old in before.Where(old => !old.StartsWith(aside, StringComparison.Ordinal)))
        {
            File.Delete(old);
        }

        return aside;
    }

    /// <summary>Databases that were set aside.</summary>
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

    /// <summary>
    /// Takes the file from everybody else, as an earlier version has made it. One that belongs to somebody else stays as it is.
    /// </summary>
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
            // It is used all the same; who may read it was decided by whoever made it.
        }
    }
}
