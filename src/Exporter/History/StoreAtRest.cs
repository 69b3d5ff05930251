using Microsoft.Data.Sqlite;

namespace Exporter.History;

/// <summary>
/// Where a store can be read from that may lie in a directory where nothing may be written, which SQLite has to do: there it makes an index
/// of the write-ahead log, even when there is no log.
/// </summary>
internal sealed class StoreAtRest : IDisposable
{
    private const int ReadOnly = 8,
        CannotOpen = 14;

    private readonly DirectoryInfo? _copy;

    private StoreAtRest(string source, DirectoryInfo? copy = null) => (DataSource, _copy) = (source, copy);

    /// <summary>What SQLite is told to open.</summary>
    public string DataSource { get; }

    /// <param name="file">The database.</param>
    /// <exception cref="SqliteException">It cannot be read.</exception>
    public static StoreAtRest Readable(string file)
    {
        try
        {
            using var asItIs = HistoryReader.Open(file);
            return new StoreAtRest(file);
        }
        catch (SqliteException e)
            when (e.SqliteErrorCode is ReadOnly or CannotOpen && !StorageDirectory.IsHeld(Path.GetDirectoryName(file)!))
        {
            return new FileInfo(file + "-wal") is { Exists: true, Length: > 0 } ? Copied(file) : new StoreAtRest(Immutable(file));
        }
    }

    public void Dispose() => _copy?.Delete(recursive: true);

    /// <summary>Without a log all of it is in one file, and nobody changes it.</summary>
    private static string Immutable(string file) =>
        $"file:{Uri.EscapeDataString(Path.GetFullPath(file)).Replace("%2F", "/", StringComparison.Ordinal)}?immutable=1";

    /// <summary>What the log holds goes into the database when it is opened, so both are copied to where that can be.</summary>
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
