using System.Runtime.InteropServices;

namespace Exporter.Snapshots;

/// <summary>One attempt that has ended.</summary>
/// <param name="At">Its end.</param>
/// <param name="Duration">How long it took.</param>
/// <param name="Pages">Pages that it read.</param>
/// <param name="Reason">Why it failed; <see langword="null"/> after a success.</param>
/// <param name="Error">The same in words.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct PollAttempt(DateTimeOffset At, TimeSpan Duration, int Pages, FailureReason? Reason, string? Error);
