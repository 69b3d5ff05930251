namespace Exporter.Disk;

/// <summary>A file as it was read.</summary>
/// <param name="Path">Where it lies.</param>
/// <param name="Digest">
/// What it held, see <see cref="FileContent.Digest"/>: times of files tell nothing when a mounted secret changes by a symbolic link or an
/// editor replaces the file.
/// </param>
internal readonly record struct FileSeen(string Path, string Digest);
