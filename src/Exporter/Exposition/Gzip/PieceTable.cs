using Exporter.Exposition.Text;

namespace Exporter.Exposition.Gzip;

/// <summary>
/// Some families, with their samples in pieces: one column for each family, one row for each part of the snapshot. It is read by column,
/// because all samples of a family must stand together, and kept by row, because parts change one at a time.
/// </summary>
/// <param name="Heads">HELP and TYPE of each family.</param>
/// <param name="Rows">The pieces of each part, one for each family.</param>
internal sealed record PieceTable(IReadOnlyList<FamilyHeader> Heads, IReadOnlyList<Piece[]> Rows)
{
    public int Samples => Rows.Sum(static row => row.Sum(static piece => piece.Samples));

    /// <summary>Returns the pieces in the order of the page. A family without samples is left out.</summary>
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
