using System.Collections.Immutable;
using Exporter.Snapshots;

namespace Exporter.Web;

/// <summary>The configuration as the pages tell of it. Each reading of it makes a new one.</summary>
internal sealed record ConfigurationState
{
    /// <summary>Where it comes from: a file's path, <c>environment</c> or <c>demo</c>.</summary>
    public required string Source { get; init; }

    /// <summary>What is in force, as YAML with every default filled in and secrets as <c>&lt;secret&gt;</c>.</summary>
    public required string Yaml { get; init; }

    /// <summary>The part of it that is about the pages.</summary>
    public required WebOptions Web { get; init; }

    /// <summary>When what is in force was read.</summary>
    public required Moment InForceSince { get; init; }

    /// <summary>When it was last read, whatever came of it.</summary>
    public required Moment LastRead { get; init; }

    /// <summary>Why what was last read is not in force: one line each, with file, line and column. Empty when it is.</summary>
    public ImmutableArray<string> Problems { get; init; } = [];

    /// <summary>What is doubtful in what was last read.</summary>
    public ImmutableArray<string> Warnings { get; init; } = [];

    public bool IsLastReadInForce => Problems.IsEmpty;
}
