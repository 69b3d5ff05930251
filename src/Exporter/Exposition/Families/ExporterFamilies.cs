namespace Exporter.Exposition.Families;

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
