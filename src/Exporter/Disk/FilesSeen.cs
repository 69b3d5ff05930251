namespace Exporter.Disk;

/// <summary>The files of one reading. Two are equal when they hold the same files with the same content.</summary>
internal sealed class FilesSeen(IEnumerable<FileSeen> files) : IEquatable<FilesSeen>
{
    public static readonly FilesSeen None = new([]);

    private readonly FileSeen[] _files = [.. files];

    public bool IsEmpty => _files.Length == 0;

    /// <summary>Reads the same files again, as far as needed for their digests.</summary>
    /// <param name="digest">Returns a short digest of a file's content; by default from the disk.</param>
    public FilesSeen Again(Func<string, string>? digest = null) =>
        new(_files.Select(file => file with { Digest = (digest ?? OperatorFile.Digest)(file.Path) }));

    public bool Equals(FilesSeen? other) => other is not null && _files.AsSpan().SequenceEqual(other._files);

    public override bool Equals(object? obj) => Equals(obj as FilesSeen);

    public override int GetHashCode() => _files.Length;
}
