using Exporter.Exposition.Families;

namespace Exporter.Exposition.Text;

/// <summary>The differences between the formats.</summary>
internal static class TextFormats
{
    private const string Total = "_total";

    public static string ContentType(this TextFormat format) =>
        format == TextFormat.OpenMetrics
            ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
            : "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>Returns HELP and TYPE of a family. In OpenMetrics <c>_total</c> belongs to a counter's samples, not to its name.</summary>
    public static string Head(this TextFormat format, MetricFamily family)
    {
        var name = format == TextFormat.OpenMetrics && family.Type == MetricType.Counter ? family.Name[..^Total.Length] : family.Name;
        return $"# HELP {name} {family.Help}\n# TYPE {name} {(family.Type == MetricType.Counter ? "counter" : "gauge")}\n";
    }

    /// <summary>Returns the last line.</summary>
    public static ReadOnlySpan<byte> End(this TextFormat format) => format == TextFormat.OpenMetrics ? "# EOF\n"u8 : default;
}
