using System.Runtime.InteropServices;

namespace Exporter.Disk;

/// <summary>Reads the type of a file without opening it, which no class of .NET does.</summary>
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

        // The flags come first, then the mode, 32 bits each. The type bits of the mode are POSIX's (S_IFMT), the same on every system.
        Span<int> status = stackalloc int[MostBytes / sizeof(int)];
        return !TryStat(path, status)
            ? FileType.Unknown
            : (status[1] & 0xF000) switch
            {
                0x8000 => FileType.Regular,
                0x4000 => FileType.Directory,
                0x1000 => FileType.Pipe,
                0xC000 => FileType.Socket,
                _ => FileType.Device,
            };
    }

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

    private static bool TryStat(string path, Span<int> status) =>
        !path.Contains('\0', StringComparison.Ordinal) && Stat(path, ref MemoryMarshal.GetReference(status)) == 0;

    /// <summary>
    /// Calls stat(2) as .NET's own library wraps it for every system that it supports. Native AOT links it into the program.
    /// </summary>
    [LibraryImport("libSystem.Native", EntryPoint = "SystemNative_Stat", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Stat(string path, ref int status);
}
