using Exporter.Disk;

namespace Exporter.History;

/// <summary>
/// A small file beside the store that reserves room for the time when the disk is full. SQLite writes even deletions to its log first, so
/// without the reserve a store on a full disk could not make room for itself.
/// </summary>
internal sealed class RoomReserve(string directory)
{
    private const long Most = 2 << 20;

    private readonly string _file = Path.Combine(directory, "reserve");

    /// <summary>The bytes that it takes now.</summary>
    public long Size => new FileInfo(_file) is { Exists: true, Length: var length } ? length : 0;

    /// <summary>The most bytes of the store's limit that the reserve may take.</summary>
    public static long ShareOf(long maxSize) => Math.Min(Most, maxSize / 64);

    /// <summary>
    /// The size that it should have: never more than its share of the limit, which may have been lowered; and it grows only on a disk that
    /// has plenty of room.
    /// </summary>
    /// <param name="size">The bytes that it takes now.</param>
    /// <param name="free">The bytes that the disk has free.</param>
    public static long NextSize(long size, long maxSize, long free)
    {
        var share = ShareOf(maxSize);
        return Math.Min(share, Math.Max(size, (free + size) / 8));
    }

    /// <summary>
    /// The bytes that count toward the store's limit. No more than its share: no history goes for a file that cannot be made smaller.
    /// </summary>
    public long Counted(long maxSize) => Math.Min(Size, ShareOf(maxSize));

    /// <summary>Creates the reserve, or gives it another size, as limit and disk allow.</summary>
    public void Keep(long maxSize)
    {
        try
        {
            var (size, free) = (Size, new DriveInfo(directory).AvailableFreeSpace);
            var next = NextSize(size, maxSize, free);
            if (next != size && FileTypes.AtPath(_file) is FileType.Unknown or FileType.Regular)
            {
                Replace(next);
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

    private void Replace(long size)
    {
        // Only a new file gets its room at once. And creating one never waits, as opening a pipe in its place would.
        File.Delete(_file);
        if (size == 0)
        {
            return;
        }

        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
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
        FileGrowth.Told(() => file.SetLength(size));
    }
}
