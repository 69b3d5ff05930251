using System.Collections.Immutable;

namespace Exporter.Snapshots;

/// <summary>The labels of <see cref="FailureReason"/>.</summary>
internal static class FailureReasons
{
    /// <summary>By number.</summary>
    public static ImmutableArray<string> Labels { get; } =
    ["unauthorized", "forbidden", "not_found", "rate_limited", "unavailable", "timeout", "invalid_response", "incomplete", "canceled"];

    /// <summary>The value of the label <c>reason</c>.</summary>
    public static string Label(this FailureReason reason) => Labels[(int)reason];
}
