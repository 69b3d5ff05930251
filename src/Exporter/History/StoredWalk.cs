using Exporter.Snapshots;

namespace Exporter.History;

/// <summary>The last complete walk of a campaign in its stored form.</summary>
internal sealed record StoredWalk
{
    public string? Name { get; init; }

    public string? Status { get; init; }

    /// <summary>The names of steps that the API told. An older program saved the configured ones, too.</summary>
    public IReadOnlyList<StoredStep> Steps { get; init; } = [];

    public long? ReportedClicks { get; init; }

    public bool CountMismatch { get; init; }

    /// <summary>The last change of the numbers, in milliseconds since the epoch.</summary>
    public long? LastChange { get; init; }

    /// <summary>The time at which a Single Send was sent, in milliseconds since the epoch. An older program did not save it.</summary>
    public long? SentAt { get; init; }

    public int RowsMerged { get; init; }

    /// <summary>The part of the URLs that is stored, see <see cref="LinkTable.Display"/>.</summary>
    public UrlDisplay Shown { get; init; }

    public IReadOnlyList<StoredLink> Links { get; init; } = [];

    public IReadOnlyList<StoredLink> Vanished { get; init; } = [];

    public IReadOnlyList<StoredEmail> Statistics { get; init; } = [];

    /// <summary>See <see cref="CampaignData.HadLinks"/>. An older program did not save it.</summary>
    public bool HadLinks { get; init; }

    /// <summary>See <see cref="CampaignData.HadStatistics"/>.</summary>
    public bool HadStatistics { get; init; }

    /// <summary>
    /// The emails with an unknown number. They are separate because an older program skips this member, but could not read them among the
    /// others.
    /// </summary>
    public IReadOnlyList<StoredEmail> PartialStatistics { get; init; } = [];
}
