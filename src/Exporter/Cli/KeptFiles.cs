using Exporter.Disk;
using Exporter.History;

namespace Exporter.Cli;

/// <summary>The files that no output may replace: those that the configuration names, and the saved state.</summary>
/// <param name="named">The configuration file and every file that was read because of it.</param>
/// <param name="storage">The directory of the saved state; empty without one.</param>
internal sealed class KeptFiles(IEnumerable<string> named, string storage)
{
    private readonly List<string> _named = [.. named.Distinct(StringComparer.Ordinal)];

    /// <summary>Returns what an output is that must not be replaced; <see langword="null"/> for any other.</summary>
    /// <param name="output">A file that the output would replace, create or delete.</param>
    public string? Describe(string output)
    {
        if (_named.Find(file => AreSame(file, output)) is { } same)
        {
            return $"it is {same}, which the configuration names";
        }

        return storage.Length > 0 && (FilesOfStore().Any(file => AreSame(file, output)) || IsSetAside(output))
            ? $"it is part of the saved state in {storage}"
            : null;
    }

    /// <summary>
    /// Returns the files of the store, see <see cref="StoreDirectory"/> and <see cref="RoomReserve"/>; its database may be a link.
    /// </summary>
    private IEnumerable<string> FilesOfStore()
    {
        var database = StoreDirectory.FileIn(storage);
        var behind = new FileInfo(database) is { LinkTarget: not null } link ? link.ResolveLinkTarget(returnFinalTarget: true) : null;
        return new[] { database, behind?.FullName }
            .OfType<string>()
            .SelectMany(static file => new[] { file, file + "-wal", file + "-shm", file + "-journal" })
            .Concat([Path.Combine(storage, "lock"), Path.Combine(storage, "reserve")]);
    }

    private bool IsSetAside(string output) =>
        Path.GetFileName(output).StartsWith(Path.GetFileName(StoreDirectory.FileIn("")) + ".bad-", StringComparison.Ordinal)
        && AreSame(storage, DirectoryOf(output));

    /// <summary>
    /// Whether two paths lead to the same file, however they are spelled and whatever links they go through. A file that does not exist is
    /// known by its directory and its name.
    /// </summary>
    private static bool AreSame(string one, string other)
    {
        var (identity, another) = (FileTypes.IdentityOf(one), FileTypes.IdentityOf(other));
        if (identity != default || another != default)
        {
            return identity == another;
        }

        var (path, otherPath) = (Path.GetFullPath(one), Path.GetFullPath(other));
        return path == otherPath
            || (
                Path.GetFileName(path) == Path.GetFileName(otherPath)
                && FileTypes.IdentityOf(DirectoryOf(path)) is var directory
                && directory != default
                && directory == FileTypes.IdentityOf(DirectoryOf(otherPath))
            );
    }

    private static string DirectoryOf(string path) => Path.GetDirectoryName(Path.GetFullPath(path)) ?? path;
}
