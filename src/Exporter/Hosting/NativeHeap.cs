using System.Runtime.InteropServices;

namespace Exporter.Hosting;

/// <summary>
/// The heap of the C library. glibc reserves 64 MiB of address space for each thread that allocates, up to eight for each core. Where the
/// address space is limited (<c>ulimit -v</c>, <c>LimitAS=</c>), nothing is left for the stacks of threads, and the process aborts.
/// </summary>
internal static class NativeHeap
{
    /// <summary>M_ARENA_MAX.</summary>
    private const int MostArenas = -8;

    /// <summary>
    /// Lets threads share the reserved space. Hardly any of them allocates on this heap. Other C libraries have no such call.
    /// </summary>
    public static unsafe void Share()
    {
        if (OperatingSystem.IsLinux() && NativeLibrary.TryGetExport(NativeLibrary.GetMainProgramHandle(), "mallopt", out var setOption))
        {
            _ = ((delegate* unmanaged<int, int, int>)setOption)(MostArenas, 1);
        }
    }
}
