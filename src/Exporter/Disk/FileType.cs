namespace Exporter.Disk;

/// <summary>
/// What stands behind a path, symbolic links followed. Only <see cref="Regular"/> may be opened without a thought: a pipe waits for who
/// writes it, a device may have no end.
/// </summary>
internal enum FileType
{
    /// <summary>The system does not say: most often there is nothing.</summary>
    Unknown,
    Regular,
    Directory,
    Pipe,
    Socket,
    Device,
}
