using System.Runtime.InteropServices;

namespace Exporter.Disk;

/// <summary>Asks the system for the type of a file without opening it, which no class of .NET does.</summary>
internal static partial class FileTypes
{
    /// <summary>Bytes for what the system tells; the struct of .NET 10 has about 120.</summary>
    private const int MostBytes = 512;

    public static FileType AtPath(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return FileType.Regular;
        }

        // Flags first, then the mode: 32 bits each. Its type bits are POSIX's (S_IFMT), the same on every system.
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
    /// Which file stands behind a path: device and number (inode). Another file in its place has another one, even with the same content
    /// and times.
    /// </summary>
    /// <returns>Zeros when there is none, or the system does not say.</returns>
    public static (long Device, long Number) IdentityOf(string path)
    {
        // After flags, mode, user and group (32 bits each) come 64 bits each of: size, four times in two parts, device, device of a
        // special file, number.
        const int Device = 11,
            Number = 13;
        Span<int> status = stackalloc int[MostBytes / sizeof(int)];
        var longs = MemoryMarshal.Cast<int, long>(status);
        return !OperatingSystem.IsWindows() && TryStat(path, status) ? (longs[Device], longs[Number]) : default;
    }

    private static bool TryStat(string path, Span<int> status) =>
        !path.Contains('\0', StringComparison.Ordinal) && Stat(path, ref MemoryMarshal.GetReference(status)) == 0;

    /// <summary>stat(2) as .NET's own library wraps it for every system that it runs on; linked into the program by Native AOT.</summary>
    [LibraryImport("libSystem.Native", EntryPoint = "SystemNative_Stat", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Stat(string path, ref int status);
}
