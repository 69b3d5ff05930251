using System.Collections.Immutable;
using Exporter.Snapshots;

namespace Exporter.Web;

/// <summary>The configuration as the pages show it. Each reading of the configuration makes a new one.</summary>
internal sealed record ConfigurationState
{
    /// <summary>Where it comes from: a file's path, <c>environment</c> or <c>demo</c>.</summary>
    public required string Source { get; init; }

    /// <summary>The configuration in force, as YAML with every default filled in and secrets as <c>&lt;secret&gt;</c>.</summary>
    public required string Yaml { get; init; }

    /// <summary>The settings of the pages.</summary>
    public required WebOptions Web { get; init; }

    /// <summary>When the configuration in force was read.</summary>
    public required Moment InForceSince { get; init; }

    /// <summary>When the configuration was last read, successfully or not.</summary>
    public required Moment LastRead { get; init; }

    /// <summary>
    /// Why the configuration read last is not in force: one line each, with file, line and column. Empty when it is in force.
    /// </summary>
    public ImmutableArray<string> Problems { get; init; } = [];

    /// <summary>The warnings about the configuration read last.</summary>
    public ImmutableArray<string> Warnings { get; init; } = [];

    public bool IsLastReadInForce => Problems.IsEmpty;
}
