using Exporter.Disk;

namespace Exporter.History;

/// <summary>
/// A little room beside the store, held for the day on which the disk is full: SQLite writes even what it deletes to its log first, so a
/// store on a full disk could never make room for itself.
/// </summary>
internal sealed class RoomReserve(string directory, long maxSize)
{
    private const long Most = 2 << 20;

    private readonly string _file = Path.Combine(directory, "reserve");

    /// <summary>Bytes that it takes now.</summary>
    public long Size => new FileInfo(_file) is { Exists: true, Length: var length } ? length : 0;

    /// <summary>Holds the room if there is plenty; it is no trouble when there is not.</summary>
    public void Keep()
    {
        try
        {
            var size = Math.Min(Math.Min(Most, maxSize / 64), (new DriveInfo(directory).AvailableFreeSpace + Size) / 8);
            if (Size == 0 && size > 0 && FileTypes.AtPath(_file) is FileType.Unknown or FileType.Regular)
            {
                var options = new FileStreamOptions
                {
                    Mode = FileMode.Create,
                    Access = FileAccess.Write,
                    PreallocationSize = size,
                };
                if (!OperatingSystem.IsWindows())
                {
                    options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
                }

#pragma warning disable RS0030 // A file of our own, which nobody reads.
                using var file = new FileStream(_file, options);
#pragma warning restore RS0030
                file.SetLength(size);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            Spend();
        }
    }

    /// <summary>Gives it up.</summary>
    public void Spend()
    {
        try
        {
            File.Delete(_file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Then there is no more room than before.
        }
    }
}
