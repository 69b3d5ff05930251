namespace Exporter.Exposition.Families;

/// <summary>Families about the exporter itself.</summary>
internal static class ExporterFamilies
{
    public static readonly IReadOnlyList<MetricFamily<ExporterSubject>> All =
    [
        new(
            "sendgrid_exporter_build_info",
            MetricType.Gauge,
            "Version, source revision and .NET version of this build.",
            ["version", "revision", "dotnet"],
            static (subject, sink) => sink.Sample(1L, subject.Build.Version, subject.Build.Revision, subject.Build.DotNet),
            static subject => new CacheKey(subject.Build)
        ),
        MetricFamily<ExporterSubject>.OfValue(
            "sendgrid_exporter_series",
            MetricType.Gauge,
            "Series in this answer about SendGrid's accounts, automations and Single Sends.",
            [],
            static subject => subject.Series
        ),
    ];
}
