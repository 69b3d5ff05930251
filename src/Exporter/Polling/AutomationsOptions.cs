namespace Exporter.Polling;

/// <summary>Which automations of an account are polled, and how.</summary>
internal sealed record AutomationsOptions
{
    /// <summary>Poll every automation that the statistics list names. Default on.</summary>
    public bool Discover { get; init; } = true;

    /// <summary>Where names for the info metric come from. Default: the configuration.</summary>
    public NameSource Names { get; init; } = NameSource.Config;

    /// <summary>Ids that discovery leaves out.</summary>
    public IReadOnlyList<string> Exclude { get; init; } = [];

    /// <summary>Also poll the statistics per step. Default on.</summary>
    public bool StepStats { get; init; } = true;

    /// <summary>Automations that are polled whether discovered or not.</summary>
    public IReadOnlyList<ConfiguredAutomation> List { get; init; } = [];
}
