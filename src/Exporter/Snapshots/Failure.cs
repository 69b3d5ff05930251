namespace Exporter.Snapshots;

/// <summary>The reason why an attempt failed.</summary>
/// <param name="Reason">The value of the label <c>reason</c>.</param>
/// <param name="Cause">The cause, finer than the reason.</param>
/// <param name="Message">The description for an operator.</param>
internal readonly record struct Failure(FailureReason Reason, FailureCause Cause, string Message);
