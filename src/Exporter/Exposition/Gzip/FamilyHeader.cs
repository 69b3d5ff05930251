using Exporter.Exposition.Families;
using Exporter.Exposition.Text;

namespace Exporter.Exposition.Gzip;

/// <summary>The HELP and TYPE lines of a family in both formats.</summary>
internal sealed record FamilyHeader(Piece Prometheus, Piece OpenMetrics)
{
    public static FamilyHeader Render(MetricFamily family, PieceRenderer renderer)
    {
        var (prometheus, openMetrics) = (TextFormat.Prometheus.Head(family), TextFormat.OpenMetrics.Head(family));
        // A header of one format only belongs to no block, so that every block suits both formats.
        var (isCommon, page) = prometheus == openMetrics ? (true, renderer.Page) : (false, Piece.Never);
        var piece = renderer.Render(prometheus, page);
        return new FamilyHeader(piece, isCommon ? piece : renderer.Render(openMetrics, page));
    }

    public Piece ForFormat(TextFormat format) => format == TextFormat.OpenMetrics ? OpenMetrics : Prometheus;
}
