using System.Collections.Immutable;

namespace Exporter.Snapshots;

/// <summary>What is known of one automation now. A new attempt makes a new one.</summary>
internal sealed record AutomationSnapshot
{
    public required string Id { get; init; }

    /// <summary>Value of the label <c>automation</c>: the configured name, else the id.</summary>
    public required string Label { get; init; }

    /// <summary>The interval in force.</summary>
    public required TimeSpan Interval { get; init; }

    /// <summary>Steps with a name.</summary>
    public ImmutableArray<(string StepId, string Name)> StepNames { get; init; } = [];

    public PollHealth Health { get; init; } = PollHealth.Untried;

    /// <summary>What the last complete walk found; <see langword="null"/> before the first one.</summary>
    public AutomationData? Data { get; init; }

    /// <summary>The data as long as it may be served.</summary>
    /// <param name="now">The time of the scrape.</param>
    /// <param name="maxAge">Age at which last-known values go.</param>
    public AutomationData? Serve(DateTimeOffset now, TimeSpan maxAge) =>
        Data is not null && Health.LastSuccess is { } last && now - last <= maxAge ? Data : null;
}

/// <summary>One complete, checked walk over an automation: all of it is replaced together.</summary>
internal sealed record AutomationData
{
    public required LinkTable Links { get; init; }

    /// <summary>The API's own <c>total_clicks</c>; <see langword="null"/> when it reports none.</summary>
    public long? ReportedClicks { get; init; }

    /// <summary>Whether <c>_metadata.count</c> disagreed with the rows.</summary>
    public bool CountMismatch { get; init; }

    /// <summary>Statistics per step; empty when they are not polled.</summary>
    public ImmutableArray<StepStatistics> Steps { get; init; } = [];
}
