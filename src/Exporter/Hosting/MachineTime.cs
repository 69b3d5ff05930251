using System.Runtime.InteropServices;

namespace Exporter.Hosting;

/// <summary>
/// The machine's clocks. Unlike those of <see cref="TimeProvider.System"/>, timestamps go on counting while the machine is suspended, where
/// the system can tell: a value that was read before has its true age afterwards. Timers, as everywhere, wait meanwhile.
/// </summary>
internal sealed class MachineTime : TimeProvider
{
    /// <summary>CLOCK_BOOTTIME of clock_gettime(2): the time since the start of the machine, suspended or not.</summary>
    private const int SinceBoot = 7;

    private const long NanosecondsPerSecond = 1_000_000_000;

    private static readonly unsafe delegate* unmanaged[SuppressGCTransition]<int, Timespec*, int> ClockGetTime = Find();

    private static readonly bool CountsSuspension = TryRead(out _);

    private MachineTime() { }

    public static MachineTime Instance { get; } = new();

    public override long TimestampFrequency => CountsSuspension ? NanosecondsPerSecond : base.TimestampFrequency;

    public override long GetTimestamp() => CountsSuspension && TryRead(out var time) ? time.Nanoseconds : base.GetTimestamp();

    /// <summary>Returns the clock that stands still with this process: a thread that was suspended has not stalled.</summary>
    public static TimeProvider Awake(TimeProvider time) => time is MachineTime ? System : time;

    private static unsafe bool TryRead(out Timespec time)
    {
        fixed (Timespec* read = &time)
        {
            *read = default;
            return ClockGetTime is not null && ClockGetTime(SinceBoot, read) == 0;
        }
    }

    /// <remarks>As the loader finds it, so that all clocks of the process are replaced together, as libfaketime does.</remarks>
    private static unsafe delegate* unmanaged[SuppressGCTransition]<int, Timespec*, int> Find() =>
        OperatingSystem.IsLinux() && NativeLibrary.TryGetExport(NativeLibrary.GetMainProgramHandle(), "clock_gettime", out var function)
            ? (delegate* unmanaged[SuppressGCTransition]<int, Timespec*, int>)function
            : null;

    /// <summary>As the C library writes it.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Timespec
    {
        private readonly nint _seconds;
        private readonly nint _nanoseconds;

        public long Nanoseconds => (_seconds * NanosecondsPerSecond) + _nanoseconds;
    }
}
