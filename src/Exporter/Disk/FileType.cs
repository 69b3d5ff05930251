namespace Exporter.Disk;

/// <summary>
/// The type of file behind a path, after symbolic links. Only <see cref="Regular"/> is safe to open: a pipe waits for its writer, and a
/// device may have no end.
/// </summary>
internal enum FileType
{
    /// <summary>The system does not report a type, mostly because there is no file.</summary>
    Unknown,
    Regular,
    Directory,
    Pipe,
    Socket,
    Device,
}
