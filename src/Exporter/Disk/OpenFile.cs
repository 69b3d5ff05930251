using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Exporter.Disk;

/// <summary>
/// Opens files for reading, without waiting for anybody. Between a look at a path and the opening another program may put something else
/// there, and the opening of a pipe waits for a writer, that of a device for whatever it likes.
/// </summary>
internal static partial class OpenFile
{
    private const int NotPermitted = 1,
        NoSuchFile = 2,
        NotAllowed = 13,
        NotADirectory = 20;

    /// <summary>The flags of open(2): one number on Linux, another one on macOS.</summary>
    private static int NonBlocking => OperatingSystem.IsLinux() ? 0x800 : 0x4;

    private static int CloseOnExec => OperatingSystem.IsLinux() ? 0x8_0000 : 0x100_0000;

    /// <param name="type">The type of the file that is open, whatever is at the path by now.</param>
    /// <param name="waitsForWriter">Whether to wait for the writer of a pipe.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not read it.</exception>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public static FileStream Read(string path, out FileType type, bool waitsForWriter = false)
    {
        type = FileType.Regular;
        if (OperatingSystem.IsWindows())
        {
#pragma warning disable RS0030 // The only permitted place. Other processes may write meanwhile.
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
#pragma warning restore RS0030
        }

        if (path.Contains('\0', StringComparison.Ordinal))
        {
            throw new IOException("No path contains a NUL.");
        }

        var descriptor = Open(path, CloseOnExec | (waitsForWriter ? 0 : NonBlocking));
        if (descriptor < 0)
        {
            throw Error(path, Marshal.GetLastPInvokeError());
        }

        var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        type = FileTypes.OfOpen(handle);
        return new FileStream(handle, FileAccess.Read, bufferSize: 0);
    }

    /// <summary>Opens a regular file, and nothing else.</summary>
    /// <exception cref="IOException">It is something else, or cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not read it.</exception>
    public static FileStream ReadRegular(string path)
    {
        var file = Read(path, out var type);
        if (type == FileType.Regular)
        {
            return file;
        }

        file.Dispose();
        throw new IOException($"{path}: {FileTypes.Describe(type) ?? "it is no regular file"}");
    }

    /// <summary>Returns the exception that .NET has for an error number. These numbers are the same on every system.</summary>
    private static Exception Error(string path, int number) =>
        number switch
        {
            NoSuchFile or NotADirectory => new FileNotFoundException($"Could not find file '{path}'."),
            NotPermitted or NotAllowed => new UnauthorizedAccessException($"Access to the path '{path}' is denied."),
            _ => new IOException($"{Marshal.GetPInvokeErrorMessage(number)} : '{path}'"),
        };

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags);
}
