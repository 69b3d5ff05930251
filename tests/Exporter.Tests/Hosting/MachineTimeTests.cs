using System.Globalization;
using Exporter.Hosting;
using Exporter.Tests.VirtualTime;

namespace Exporter.Tests.Hosting;

public sealed class MachineTimeTests
{
    /// <summary>Linux counts in /proc/uptime what clock_gettime(2) calls CLOCK_BOOTTIME: suspended time, too.</summary>
    [Fact]
    public void Timestamps_count_from_the_start_of_the_machine()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "another system has another clock");

        var before = Uptime();
        var seconds = MachineTime.Instance.GetTimestamp() / (double)MachineTime.Instance.TimestampFrequency;
        Assert.InRange(seconds, before, Uptime() + 0.01);
    }

    [Fact]
    public void A_loop_that_was_suspended_has_not_stalled()
    {
        var time = new VirtualClock();

        Assert.Same(TimeProvider.System, MachineTime.Awake(MachineTime.Instance));
        Assert.Same(time, MachineTime.Awake(time));
    }

    private static double Uptime() => double.Parse(File.ReadAllText("/proc/uptime").Split(' ')[0], CultureInfo.InvariantCulture);
}
