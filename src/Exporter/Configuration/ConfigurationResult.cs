using System.Diagnostics.CodeAnalysis;
using Exporter.Disk;

namespace Exporter.Configuration;

/// <summary>
/// What came of reading the configuration: the options, or every problem at once. Both lists are sorted by position; there are
/// options exactly when there is no problem.
/// </summary>
internal sealed record ConfigurationResult(ExporterOptions? Options, IReadOnlyList<Problem> Problems, IReadOnlyList<Problem> Warnings)
{
    /// <summary>The files that were read, each as it was then: when one holds something else, there is something to read again.</summary>
    public IReadOnlyList<FileSeen> Files { get; init; } = [];

    [MemberNotNullWhen(true, nameof(Options))]
    public bool IsGood => Options is not null;
}
