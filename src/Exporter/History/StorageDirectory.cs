using System.Globalization;

namespace Exporter.History;

/// <summary>The directory under <c>--storage.path</c>, held by one process at a time.</summary>
internal sealed class StorageDirectory : IDisposable
{
    private readonly FileStream _lock;

    // The lock goes with the process, however that ends; the file stays.
    private StorageDirectory(string path)
    {
        DatabaseFile = FileIn(path);
#pragma warning disable RS0030 // A file of our own, which nobody reads.
        _lock = new FileStream(Path.Combine(path, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
#pragma warning restore RS0030
    }

    public string DatabaseFile { get; }

    public static string FileIn(string path) => Path.Combine(path, "history.db");

    /// <summary>Makes the directory where it is missing, and takes it.</summary>
    /// <param name="path">The directory.</param>
    /// <param name="problem">Why it cannot be used.</param>
    /// <returns><see langword="null"/> when it cannot be used.</returns>
    public static StorageDirectory? Take(string path, out string problem)
    {
        problem = "";
        if (File.Exists(path))
        {
            problem = "it is a file, not a directory";
            return null;
        }

        try
        {
            Directory.CreateDirectory(path);
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

    /// <summary>Renames a bad database with its logs, so that a new one can take its place and the old one can be looked at.</summary>
    /// <returns>Its new name.</returns>
    public string SetAside(DateTimeOffset now)
    {
        var aside = $"{DatabaseFile}.bad-{now.UtcDateTime.ToString("yyyyMMdd'T'HHmmssfff'Z'", CultureInfo.InvariantCulture)}";
        foreach (var suffix in (string[])["-wal", "-shm", ""])
        {
            if (File.Exists(DatabaseFile + suffix))
            {
                File.Move(DatabaseFile + suffix, aside + suffix);
            }
        }

        // Something that is no file (a directory of this name) can be moved as well.
        if (Directory.Exists(DatabaseFile))
        {
            Directory.Move(DatabaseFile, aside);
        }

        return aside;
    }

    public void Dispose() => _lock.Dispose();
}
