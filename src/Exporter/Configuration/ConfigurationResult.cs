using System.Diagnostics.CodeAnalysis;

namespace Exporter.Configuration;

/// <summary>
/// What came of reading the configuration: the options, or every problem at once. Both lists are sorted by position; there are
/// options exactly when there is no problem.
/// </summary>
internal sealed record ConfigurationResult(ExporterOptions? Options, IReadOnlyList<Problem> Problems, IReadOnlyList<Problem> Warnings)
{
    [MemberNotNullWhen(true, nameof(Options))]
    public bool IsGood => Options is not null;
}
