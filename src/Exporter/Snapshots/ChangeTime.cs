using System.Runtime.InteropServices;

namespace Exporter.Snapshots;

/// <summary>When a campaign's numbers last changed.</summary>
/// <param name="IsSaved">
/// Whether a former run recorded it: then no change of this run's clock moves it (<see cref="ClockReading"/>).
/// </param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ChangeTime(DateTimeOffset At, bool IsSaved)
{
    /// <summary>Returns the time as it is after the clock was set.</summary>
    public ChangeTime ShiftBy(TimeSpan by) => IsSaved ? this : this with { At = At.ShiftedBy(by) };
}
