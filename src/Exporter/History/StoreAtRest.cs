using Microsoft.Data.Sqlite;

namespace Exporter.History;

/// <summary>
/// Opens a store for reading, even in a read-only directory or on a full disk. SQLite normally has to write there: it creates an index of
/// the write-ahead log, even when there is no log.
/// </summary>
internal sealed class StoreAtRest : IDisposable
{
    private const int ReadOnly = 8;

    private readonly DirectoryInfo? _copy;

    private StoreAtRest(string source, DirectoryInfo? copy = null) => (DataSource, _copy) = (source, copy);

    /// <summary>The data source for SQLite.</summary>
    public string DataSource { get; }

    /// <exception cref="SqliteException">It cannot be read.</exception>
    /// <exception cref="IOException">One of its files is no file.</exception>
    public static StoreAtRest Readable(string file)
    {
        try
        {
            using var asItIs = HistoryReader.Open(file);
            return new StoreAtRest(file);
        }
        catch (SqliteException e)
            when ((e.SqliteErrorCode == ReadOnly || StoreErrors.MayLackRoom(e)) && !StoreDirectory.IsHeld(Path.GetDirectoryName(file)!))
        {
            var database = StoreDirectory.FileBehind(file).FullName;
            return new FileInfo(StoreDirectory.LogOf(file)) is { Exists: true, Length: > 0 }
                ? Copied(database)
                : new StoreAtRest(Immutable(database));
        }
    }

    public void Dispose() => _copy?.Delete(recursive: true);

    /// <summary>Without a log, everything is in one file, and no process changes it.</summary>
    private static string Immutable(string file) =>
        $"file:{Uri.EscapeDataString(Path.GetFullPath(file)).Replace("%2F", "/", StringComparison.Ordinal)}?immutable=1";

    /// <summary>SQLite moves the log into the database when it opens it, so both are copied to a writable place.</summary>
    private static StoreAtRest Copied(string file)
    {
        var directory = Directory.CreateTempSubdirectory("sendgrid-exporter-");
        try
        {
            var copy = Path.Combine(directory.FullName, Path.GetFileName(file));
            foreach (var suffix in (string[])["", "-wal"])
            {
                File.Copy(file + suffix, copy + suffix);
                if (!OperatingSystem.IsWindows())
                {
                    File.SetUnixFileMode(copy + suffix, UnixFileMode.UserRead | UnixFileMode.UserWrite);
                }
            }

            return new StoreAtRest(copy, directory);
        }
        catch
        {
            directory.Delete(recursive: true);
            throw;
        }
    }
}
