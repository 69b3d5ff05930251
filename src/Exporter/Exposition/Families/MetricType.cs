namespace Exporter.Exposition.Families;

/// <summary>The types of the exposition format that the exporter's own families use.</summary>
internal enum MetricType
{
    Gauge,
    Counter,
}
