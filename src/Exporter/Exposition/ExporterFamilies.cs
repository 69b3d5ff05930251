using Exporter.Telemetry;

namespace Exporter.Exposition;

/// <summary>What the families about the exporter itself are read off.</summary>
/// <param name="Build">This build.</param>
/// <param name="Series">Series published from the snapshot.</param>
internal sealed record ExporterPart(BuildInfo Build, int Series) : Part
{
    public override bool LooksLike(Part other) =>
        other is ExporterPart known && ReferenceEquals(Build, known.Build) && Series == known.Series;
}

/// <summary>Families about the exporter itself.</summary>
internal static class ExporterFamilies
{
    public static readonly IReadOnlyList<MetricFamily<ExporterPart>> All =
    [
        new(
            "sendgrid_exporter_build_info",
            MetricType.Gauge,
            "Version, source revision and .NET version of this build.",
            ["version", "revision", "dotnet"],
            static (view, sink) => sink.Sample(1L, view.Build.Version, view.Build.Revision, view.Build.DotNet),
            static view => new CacheKey(view.Build)
        ),
        MetricFamily<ExporterPart>.OfValue(
            "sendgrid_exporter_series",
            MetricType.Gauge,
            "Series in this answer about SendGrid's accounts, automations and Single Sends.",
            [],
            static view => view.Series
        ),
    ];
}
