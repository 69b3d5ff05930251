using Exporter.Telemetry;

namespace Exporter.Exposition.Families;

/// <summary>What the families about the exporter itself are read off.</summary>
/// <param name="Build">This build.</param>
/// <param name="Series">Series published from the snapshot.</param>
internal sealed record ExporterPart(BuildInfo Build, int Series) : Part
{
    public override bool LooksLike(Part other) =>
        other is ExporterPart known && ReferenceEquals(Build, known.Build) && Series == known.Series;
}
