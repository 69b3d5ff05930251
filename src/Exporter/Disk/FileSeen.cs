namespace Exporter.Disk;

/// <summary>A file as it was read.</summary>
/// <param name="Digest">
/// The content's digest, see <see cref="FileContent.Digest"/>. File times do not show every change: a mounted secret changes through a
/// symbolic link, and an editor replaces the file.
/// </param>
internal readonly record struct FileSeen(string Path, string Digest);
