using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Exporter.Disk;

/// <summary>
/// A descriptor that the parent process has passed, as a shell does with <c>3>file</c>. Any other one of the same number is this program's
/// own: a connection, or a file of the runtime.
/// </summary>
internal static partial class PassedDescriptor
{
    /// <summary>Of fcntl(2), the same on every Unix.</summary>
    private const int GetDescriptorFlags = 1,
        GetFileFlags = 3,
        ClosesOnExec = 1,
        AccessMode = 3;

    /// <summary>The directories in which the system lists this process's descriptors.</summary>
    private static readonly string[] Directories =
    [
        "/dev/fd/",
        "/proc/self/fd/",
        "/proc/thread-self/fd/",
        $"/proc/{Environment.ProcessId}/fd/",
    ];

    /// <summary>Returns the number that a path names.</summary>
    /// <returns>
    /// <see langword="null"/> when it names no descriptor of this process; a negative number when it names one that cannot be.
    /// </returns>
    public static int? NumberIn(string path) =>
        path switch
        {
            "/dev/stdin" => 0,
            "/dev/stdout" => 1,
            "/dev/stderr" => 2,
            _ => Array.Find(Directories, directory => path.StartsWith(directory, StringComparison.Ordinal)) is not { } listed ? null
            : int.TryParse(path.AsSpan(listed.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
            : -1,
        };

    /// <summary>
    /// Whether the parent process passed it. Descriptors that this process opened, even those of the runtime before the first line of the
    /// program, are closed on exec; passed ones are not.
    /// </summary>
    public static bool IsPassed(int descriptor) =>
        OperatingSystem.IsWindows() || (Control(descriptor, GetDescriptorFlags) is var flags and >= 0 && (flags & ClosesOnExec) == 0);

    /// <summary>Opens it for writing where the parent process has left off.</summary>
    /// <exception cref="IOException">It was not passed, or cannot be written.</exception>
    public static FileStream OpenToWrite(int descriptor)
    {
        if (!IsPassed(descriptor))
        {
            throw new IOException("it is not open");
        }

        if ((Control(descriptor, GetFileFlags) & AccessMode) == 0)
        {
            throw new IOException("it is not open for writing");
        }

        return new FileStream(new SafeFileHandle(descriptor, ownsHandle: false), FileAccess.Write);
    }

    [LibraryImport("libc", EntryPoint = "fcntl")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Control(int descriptor, int command);
}
