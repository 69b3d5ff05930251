using System.Runtime.InteropServices;

namespace Exporter.Hosting;

/// <summary>The signals that <c>held_signals.c</c> holds back while the runtime starts. Without Native AOT none is held.</summary>
internal static partial class HeldSignals
{
    /// <summary>SIG_UNBLOCK.</summary>
    private const int Unblock = 1;

    private const int Hangup = 1;
    private const int Interrupt = 2;
    private const int Termination = 15;

    /// <summary>
    /// Lets through what has come and what will come. Call it on the first thread, which stays to the end, once the handlers are installed.
    /// </summary>
    public static void Release()
    {
        if (OperatingSystem.IsLinux())
        {
            // A set of signals has one bit for each, from signal 1 on, and 128 bytes in glibc and musl.
            Span<ulong> signals = stackalloc ulong[16];
            signals[0] = Bit(Hangup) | Bit(Interrupt) | Bit(Termination);
            _ = ChangeMask(Unblock, ref MemoryMarshal.GetReference(signals), nint.Zero);
        }
    }

    private static ulong Bit(int signal) => 1UL << (signal - 1);

    [LibraryImport("libc", EntryPoint = "sigprocmask")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int ChangeMask(int how, ref ulong signals, nint former);
}
