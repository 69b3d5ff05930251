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
        if (_named.Find(file => FileTypes.AreSame(file, output)) is { } same)
        {
            return $"it is {same}, which the configuration names";
        }

        return storage.Length > 0 && (FilesOfStore().Any(file => FileTypes.AreSame(file, output)) || IsSetAside(output))
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
        && FileTypes.AreSame(storage, DirectoryOf(output));

    private static string DirectoryOf(string path) => Path.GetDirectoryName(Path.GetFullPath(path)) ?? path;
}
