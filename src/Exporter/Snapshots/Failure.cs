namespace Exporter.Snapshots;

/// <summary>Why an attempt failed.</summary>
/// <param name="Reason">The value of the label <c>reason</c>.</param>
/// <param name="Cause">What is behind it.</param>
/// <param name="Message">The same in words, for an operator.</param>
internal readonly record struct Failure(FailureReason Reason, FailureCause Cause, string Message);
