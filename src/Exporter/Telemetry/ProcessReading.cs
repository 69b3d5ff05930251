using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Exporter.Telemetry;

/// <summary>What the system says of this process at one moment.</summary>
/// <param name="CpuSeconds">That it has used so far, its own and the system's for it.</param>
/// <param name="ResidentBytes">Of memory that it holds.</param>
/// <param name="VirtualBytes">Of address space that it has reserved.</param>
/// <param name="Threads">How many it has.</param>
/// <param name="OpenFiles">How many it has, connections included.</param>
internal readonly partial record struct ProcessReading(
    double CpuSeconds,
    long ResidentBytes,
    long VirtualBytes,
    long Threads,
    long OpenFiles
)
{
    /// <summary>
    /// Of Linux one file and one directory are read. <see cref="Process"/> would open a file for each thread and ask twice for each open
    /// file to give two numbers: as long as the rest of a scrape.
    /// </summary>
    public static ProcessReading Read(Process process)
    {
        if (OperatingSystem.IsLinux())
        {
#pragma warning disable RS0030 // The system's, not an operator's.
            return Parse(File.ReadAllText("/proc/self/stat"), Environment.SystemPageSize) with
#pragma warning restore RS0030
            {
                CpuSeconds = Environment.CpuUsage.TotalTime.TotalSeconds,
                // But for the directory that is being read.
                OpenFiles = CountNames("/proc/self/fd") - 1,
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

    /// <summary>Threads and memory in the text of <c>/proc/self/stat</c> (proc_pid_stat(5)).</summary>
    /// <param name="stat">One line. The name of the program, in parentheses, may hold anything: spaces and parentheses, too.</param>
    /// <param name="pageSize">In bytes: resident memory is told in pages.</param>
    public static ProcessReading Parse(string stat, long pageSize)
    {
        // The name is field 2; then come field 3 and the rest: 20 threads, 23 virtual memory in bytes, 24 resident memory.
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return new(CpuSeconds: 0, Number(24) * pageSize, Number(23), Number(20), OpenFiles: 0);

        long Number(int field) => long.Parse(fields[field - 3], CultureInfo.InvariantCulture);
    }

    /// <summary>How many names a directory holds; 0 when it cannot be read.</summary>
    /// <remarks>.NET's enumeration asks for the target of each link, which takes many times as long.</remarks>
    public static long CountNames(string path)
    {
        var directory = OpenDirectory(path);
        if (directory == 0)
        {
            return 0;
        }

        var names = 0L;
        while (NextName(directory) != 0)
        {
            names++;
        }

        _ = CloseDirectory(directory);

        // Two of them are the directory itself and its parent.
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
