using System.Collections.Immutable;
using Exporter.Snapshots;

namespace Exporter.Polling;

/// <summary>An automation or Single Send as the configuration or discovery defines it.</summary>
/// <param name="ConfiguredName">Value of its label; <see langword="null"/> shows the id.</param>
/// <param name="Interval">How often it is polled while its numbers move.</param>
internal sealed record CampaignDefinition(CampaignKind Kind, string Id, string? ConfiguredName, TimeSpan Interval)
{
    /// <summary>Value of the label <c>automation</c> or <c>singlesend</c>.</summary>
    public string Label => ConfiguredName ?? Id;

    /// <summary>Names of steps from the configuration.</summary>
    public ImmutableArray<(string StepId, string Name)> StepNames { get; init; } = [];

    /// <summary>Whether the configuration lists it, so that discovery cannot drop it.</summary>
    public bool IsConfigured { get; init; }

    /// <summary>Creates the definition of a campaign that a list names and the configuration does not.</summary>
    public static CampaignDefinition Discovered(CampaignKind kind, string id, TimeSpan interval) =>
        new(kind, id, ConfiguredName: null, interval);
}
