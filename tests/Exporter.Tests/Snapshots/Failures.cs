using Exporter.Snapshots;

namespace Exporter.Tests.Snapshots;

internal static class Failures
{
    /// <summary>A failure with the usual cause of its reason.</summary>
    public static Failure Of(FailureReason reason, string message) => new(reason, FailureAdvice.UsualCause(reason), message);
}
