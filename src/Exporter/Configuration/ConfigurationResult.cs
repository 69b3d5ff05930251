using System.Diagnostics.CodeAnalysis;
using Exporter.Disk;

namespace Exporter.Configuration;

/// <summary>
/// The result of reading the configuration: the options, or all problems at once. Both lists are sorted by position; there are options
/// exactly when there is no problem.
/// </summary>
internal sealed record ConfigurationResult(ExporterOptions? Options, IReadOnlyList<Problem> Problems, IReadOnlyList<Problem> Warnings)
{
    /// <summary>
    /// The files that were read, with their content at that time: when the content of one changes, the configuration is read again.
    /// </summary>
    public IReadOnlyList<FileSeen> Files { get; init; } = [];

    [MemberNotNullWhen(true, nameof(Options))]
    public bool IsGood => Options is not null;
}
