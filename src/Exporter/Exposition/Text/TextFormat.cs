namespace Exporter.Exposition.Text;

/// <summary>The formats in which <c>/metrics</c> is answered. Their sample lines are the same; heads and the end differ.</summary>
internal enum TextFormat
{
    /// <summary>Prometheus text 0.0.4.</summary>
    Prometheus,

    /// <summary>OpenMetrics 1.0.</summary>
    OpenMetrics,
}
