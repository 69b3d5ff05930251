using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Exporter.Disk;

/// <summary>Reads the type of a file, without opening it or when it is open, which no class of .NET does.</summary>
internal static partial class FileTypes
{
    /// <summary>The buffer's size in bytes; the struct of .NET 10 takes about 120.</summary>
    private const int MostBytes = 512;

    public static FileType AtPath(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return FileType.Regular;
        }

        Span<int> status = stackalloc int[MostBytes / sizeof(int)];
        return TryStat(path, status) ? TypeIn(status) : FileType.Unknown;
    }

    /// <summary>Returns the type of a file that is open. Unlike that at a path it cannot change.</summary>
    public static FileType OfOpen(SafeFileHandle file)
    {
        Span<int> status = stackalloc int[MostBytes / sizeof(int)];
        return StatOpen(file, ref MemoryMarshal.GetReference(status)) == 0 ? TypeIn(status) : FileType.Unknown;
    }

    /// <summary>Returns what there is instead of a regular file.</summary>
    /// <returns><see langword="null"/> for a regular file, and for one that may be.</returns>
    public static string? Describe(FileType type) =>
        type switch
        {
            FileType.Directory => "it is a directory",
            FileType.Pipe => "it is a pipe",
            FileType.Socket => "it is a socket",
            FileType.Device => "it is a device",
            _ => null,
        };

    /// <summary>
    /// Returns the identity of the file behind a path: device and number (inode). A file that replaces it has another identity, even with
    /// the same content and times.
    /// </summary>
    /// <returns>Zeros when there is no file, or when the system does not report them.</returns>
    public static (long Device, long Number) IdentityOf(string path)
    {
        // Flags, mode, user and group (32 bits each) come first. 64 bits each follow: size, four times in two parts, device, device of a
        // special file, number.
        const int Device = 11,
            Number = 13;
        Span<int> status = stackalloc int[MostBytes / sizeof(int)];
        var longs = MemoryMarshal.Cast<int, long>(status);
        return !OperatingSystem.IsWindows() && TryStat(path, status) ? (longs[Device], longs[Number]) : default;
    }

    /// <summary>
    /// Whether two paths lead to the same file, however they are spelled and whatever links they go through. A file that does not exist is
    /// known by its directory and its name.
    /// </summary>
    public static bool AreSame(string one, string other)
    {
        var (identity, another) = (IdentityOf(one), IdentityOf(other));
        if (identity != default || another != default)
        {
            return identity == another;
        }

        var (path, otherPath) = (Path.GetFullPath(one), Path.GetFullPath(other));
        return path == otherPath
            || (
                Path.GetFileName(path) == Path.GetFileName(otherPath)
                && IdentityOf(DirectoryOf(path)) is var directory
                && directory != default
                && directory == IdentityOf(DirectoryOf(otherPath))
            );
    }

    private static string DirectoryOf(string path) => Path.GetDirectoryName(Path.GetFullPath(path)) ?? path;

    /// <summary>
    /// The flags come first, then the mode, 32 bits each. The type bits of the mode are POSIX's (S_IFMT), the same on every system.
    /// </summary>
    private static FileType TypeIn(Span<int> status) =>
        (status[1] & 0xF000) switch
        {
            0x8000 => FileType.Regular,
            0x4000 => FileType.Directory,
            0x1000 => FileType.Pipe,
            0xC000 => FileType.Socket,
            _ => FileType.Device,
        };

    private static bool TryStat(string path, Span<int> status) =>
        !path.Contains('\0', StringComparison.Ordinal) && Stat(path, ref MemoryMarshal.GetReference(status)) == 0;

    /// <summary>
    /// Calls stat(2) as .NET's own library wraps it for every system that it supports. Native AOT links it into the program.
    /// </summary>
    [LibraryImport("libSystem.Native", EntryPoint = "SystemNative_Stat", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Stat(string path, ref int status);

    [LibraryImport("libSystem.Native", EntryPoint = "SystemNative_FStat")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int StatOpen(SafeFileHandle file, ref int status);
}
