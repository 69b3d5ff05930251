using System.Collections.Immutable;

namespace Exporter.Snapshots;

/// <summary>One count for each reason; all are present from the start.</summary>
internal sealed record FailureCounts
{
    private readonly ImmutableArray<long> _counts;

    private FailureCounts(ImmutableArray<long> counts) => _counts = counts;

    public static FailureCounts None { get; } = new([.. FailureReasons.Labels.Select(_ => 0L)]);

    public FailureCounts Increment(FailureReason reason) => new(_counts.SetItem((int)reason, _counts[(int)reason] + 1));

    public IEnumerable<(string Reason, long Count)> All() => FailureReasons.Labels.Zip(_counts);
}
