namespace Exporter.Exposition.Text;

/// <summary>The formats of <c>/metrics</c>. Their sample lines are the same; headers and end differ.</summary>
internal enum TextFormat
{
    /// <summary>Prometheus text 0.0.4.</summary>
    Prometheus,

    /// <summary>OpenMetrics 1.0.</summary>
    OpenMetrics,
}
