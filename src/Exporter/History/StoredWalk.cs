using Exporter.Snapshots;

namespace Exporter.History;

/// <summary>The last complete walk of a campaign as it lies in the store.</summary>
internal sealed record StoredWalk
{
    public string? Name { get; init; }

    public string? Status { get; init; }

    public IReadOnlyList<StoredStep> Steps { get; init; } = [];

    public long? ReportedClicks { get; init; }

    public bool CountMismatch { get; init; }

    /// <summary>When the numbers last changed, in milliseconds since the epoch.</summary>
    public long? LastChange { get; init; }

    public int RowsMerged { get; init; }

    /// <summary>How much of the URLs is stored, see <see cref="LinkTable.Display"/>.</summary>
    public UrlDisplay Shown { get; init; }

    public IReadOnlyList<StoredLink> Links { get; init; } = [];

    public IReadOnlyList<StoredLink> Vanished { get; init; } = [];

    public IReadOnlyList<StoredEmail> Statistics { get; init; } = [];

    /// <summary>
    /// Those of which a number is not known, apart: a program that does not know this member passes over it, and could not read them there.
    /// </summary>
    public IReadOnlyList<StoredEmail> PartialStatistics { get; init; } = [];
}
