using Exporter.Disk;

namespace Exporter.History;

/// <summary>
/// A small file beside the store that reserves room for the time when the disk is full. SQLite writes even deletions to its log first, so
/// without the reserve a store on a full disk could not make room for itself.
/// </summary>
internal sealed class RoomReserve(string directory, long maxSize)
{
    private const long Most = 2 << 20;

    private readonly string _file = Path.Combine(directory, "reserve");

    /// <summary>The bytes that it takes now.</summary>
    public long Size => new FileInfo(_file) is { Exists: true, Length: var length } ? length : 0;

    /// <summary>Creates the reserve if the disk has plenty of room; otherwise does nothing.</summary>
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

#pragma warning disable RS0030 // The program's own file, which is never read.
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

    /// <summary>Deletes the reserve.</summary>
    public void Spend()
    {
        try
        {
            File.Delete(_file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The disk then has no more room than before.
        }
    }
}
