using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Exporter.Telemetry;

/// <summary>The system's figures for this process at one moment.</summary>
/// <param name="CpuSeconds">The CPU time used so far by the process, and by the system for it.</param>
/// <param name="ResidentBytes">The memory that it holds; like the others <see langword="null"/> when the system does not report it.</param>
/// <param name="VirtualBytes">The address space that it has reserved.</param>
/// <param name="OpenFiles">The number of open files, connections included.</param>
internal readonly partial record struct ProcessReading(
    double CpuSeconds,
    long? ResidentBytes,
    long? VirtualBytes,
    long? Threads,
    long? OpenFiles
)
{
    /// <summary>
    /// Reads the figures. On Linux this reads one file and one directory. <see cref="Process"/> would open a file for each thread and make
    /// two calls for each open file to get two numbers, which takes as long as the rest of a scrape.
    /// </summary>
    public static ProcessReading Read(Process process)
    {
        if (OperatingSystem.IsLinux())
        {
            return Parse(ProcFile.Read("stat") ?? "", Environment.SystemPageSize) with
            {
                CpuSeconds = Environment.CpuUsage.TotalTime.TotalSeconds,
                // The directory that is being read does not count.
                OpenFiles = CountNames(ProcFile.PathOf("fd")) - 1,
            };
        }

        process.Refresh();
        return new(
            process.TotalProcessorTime.TotalSeconds,
            process.WorkingSet64,
            process.VirtualMemorySize64,
            process.Threads.Count,
            process.HandleCount
        );
    }

    /// <summary>
    /// Parses threads and memory from the text of <c>/proc/self/stat</c> (proc_pid_stat(5)). What is not in it is absent.
    /// </summary>
    /// <param name="stat">
    /// One line. It contains the program's name in parentheses, which may itself contain any character: spaces and parentheses, too.
    /// </param>
    /// <param name="pageSize">In bytes: the system counts resident memory in pages.</param>
    public static ProcessReading Parse(string stat, long pageSize)
    {
        // The name is field 2. Field 3 and the rest follow: 20 threads, 23 virtual memory in bytes, 24 resident memory.
        var fields = stat[(stat.LastIndexOf(')') + 1)..].TrimStart(' ').Split(' ');
        return new(CpuSeconds: 0, Number(24) * pageSize, Number(23), Number(20), OpenFiles: null);

        long? Number(int field) =>
            long.TryParse(fields.ElementAtOrDefault(field - 3), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? number
                : null;
    }

    /// <summary>Returns the number of names in a directory; <see langword="null"/> when it cannot be read.</summary>
    /// <remarks>.NET's enumeration reads the target of each link, which takes many times as long.</remarks>
    public static long? CountNames(string path)
    {
        var directory = OpenDirectory(path);
        if (directory == 0)
        {
            return null;
        }

        var names = 0L;
        while (NextName(directory) != 0)
        {
            names++;
        }

        _ = CloseDirectory(directory);

        // Two of the names are the directory itself and its parent.
        return names - 2;
    }

    [LibraryImport("libc", EntryPoint = "opendir", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint OpenDirectory(string path);

    [LibraryImport("libc", EntryPoint = "readdir")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint NextName(nint directory);

    [LibraryImport("libc", EntryPoint = "closedir")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int CloseDirectory(nint directory);
}
