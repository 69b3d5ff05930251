namespace Exporter.Exposition;

/// <summary>
/// Some families, with their samples in pieces: a column for each family, a row for each part of the snapshot. It is read column by
/// column, because all samples of a family must stand together, and kept row by row, because what changes is a part.
/// </summary>
/// <param name="Heads">HELP and TYPE of each family.</param>
/// <param name="Rows">The pieces of each part, one for each family.</param>
internal sealed record PieceTable(IReadOnlyList<FamilyHeader> Heads, IReadOnlyList<Piece[]> Rows)
{
    public int Samples => Rows.Sum(static row => row.Sum(static piece => piece.Samples));

    /// <summary>The pieces in the order of the page. A family without samples leaves no trace.</summary>
    public IEnumerable<Piece> Pieces(TextFormat format)
    {
        for (var column = 0; column < Heads.Count; column++)
        {
            var isHeaded = false;
            foreach (var row in Rows)
            {
                var piece = row[column];
                if (piece.Length == 0)
                {
                    continue;
                }

                if (!isHeaded)
                {
                    isHeaded = true;
                    yield return Heads[column].ForFormat(format);
                }

                yield return piece;
            }
        }
    }
}

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
