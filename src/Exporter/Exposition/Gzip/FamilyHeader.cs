using Exporter.Exposition.Families;
using Exporter.Exposition.Text;

namespace Exporter.Exposition.Gzip;

/// <summary>The head of a family in both formats.</summary>
internal sealed record FamilyHeader(Piece Prometheus, Piece OpenMetrics)
{
    public static FamilyHeader Render(MetricFamily family, PieceRenderer renderer)
    {
        var (prometheus, openMetrics) = (TextFormat.Prometheus.Head(family), TextFormat.OpenMetrics.Head(family));
        // A head of one format only is in no block, so that all blocks are good for both.
        var (isCommon, page) = prometheus == openMetrics ? (true, renderer.Page) : (false, Piece.Never);
        var piece = renderer.Render(prometheus, page);
        return new FamilyHeader(piece, isCommon ? piece : renderer.Render(openMetrics, page));
    }

    public Piece ForFormat(TextFormat format) => format == TextFormat.OpenMetrics ? OpenMetrics : Prometheus;
}
