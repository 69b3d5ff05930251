using Exporter.Telemetry;

namespace Exporter.Exposition.Families;

/// <summary>The values that the families about the exporter itself read.</summary>
/// <param name="Series">The number of series published from the snapshot.</param>
internal sealed record ExporterPart(BuildInfo Build, int Series) : Part
{
    public override bool LooksLike(Part other) =>
        other is ExporterPart known && ReferenceEquals(Build, known.Build) && Series == known.Series;
}
