using System.Collections.Immutable;

namespace Exporter.Snapshots;

/// <summary>One count for each reason; all are present from the start.</summary>
internal sealed record FailureCounts
{
    private static readonly ImmutableArray<string> Words =
    [
        "unauthorized",
        "forbidden",
        "not_found",
        "rate_limited",
        "unavailable",
        "timeout",
        "invalid_response",
        "incomplete",
        "canceled",
    ];

    private readonly ImmutableArray<long> _counts;

    private FailureCounts(ImmutableArray<long> counts) => _counts = counts;

    public static FailureCounts None { get; } = new([.. Words.Select(_ => 0L)]);

    /// <summary>Returns the label of a reason.</summary>
    public static string LabelOf(FailureReason reason) => Words[(int)reason];

    public FailureCounts Increment(FailureReason reason) => new(_counts.SetItem((int)reason, _counts[(int)reason] + 1));

    public IEnumerable<(string Reason, long Count)> All() => Words.Zip(_counts);
}
