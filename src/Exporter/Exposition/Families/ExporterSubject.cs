using Exporter.Telemetry;

namespace Exporter.Exposition.Families;

/// <summary>The values that the families about the exporter itself read.</summary>
/// <param name="Series">The number of series published from the snapshot.</param>
internal sealed record ExporterSubject(BuildInfo Build, int Series) : Subject
{
    public override bool LooksLike(Subject other) =>
        other is ExporterSubject known && ReferenceEquals(Build, known.Build) && Series == known.Series;
}
