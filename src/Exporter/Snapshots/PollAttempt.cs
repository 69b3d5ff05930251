using System.Runtime.InteropServices;

namespace Exporter.Snapshots;

/// <summary>One attempt that has ended.</summary>
/// <param name="At">Its end.</param>
/// <param name="Pages">The number of pages that it read.</param>
/// <param name="Reason">The reason why it failed; <see langword="null"/> after a success.</param>
/// <param name="Error">The failure in words.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct PollAttempt(DateTimeOffset At, TimeSpan Duration, int Pages, FailureReason? Reason, string? Error);
