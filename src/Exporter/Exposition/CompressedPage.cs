using Exporter.Snapshots;

namespace Exporter.Exposition;

/// <summary>
/// One snapshot as it is to be seen at a moment, compressed in pieces. Immutable, so scrapes read it while the next one is made.
/// </summary>
/// <param name="Snapshot">The snapshot.</param>
/// <param name="From">The moment.</param>
/// <param name="Until">From when on the same snapshot is to be seen differently.</param>
/// <param name="Tables">Its pieces.</param>
internal sealed record CompressedPage(Snapshot Snapshot, DateTimeOffset From, DateTimeOffset Until, IReadOnlyList<PieceTable> Tables)
{
    private readonly Lazy<Stretch> _prometheus = new(() => Stretch.Of(Tables, TextFormat.Prometheus));
    private readonly Lazy<Stretch> _openMetrics = new(() => Stretch.Of(Tables, TextFormat.OpenMetrics));

    /// <summary>
    /// Whether it shows what is to be seen of this snapshot now. A clock that was set back, however little, makes a page from the future.
    /// </summary>
    public bool Shows(Snapshot current, DateTimeOffset now) => ReferenceEquals(Snapshot, current) && From <= now && now < Until;

    /// <summary>
    /// The pieces in the order of the page. Only their order is kept: to keep a copy that is all in one would take a megabyte for each page, and
    /// save little more than the walk along the pieces.
    /// </summary>
    public Piece[] Pieces(TextFormat format) => In(format).Pieces;

    public GzipTotals Totals(TextFormat format) => In(format).Totals;

    private Stretch In(TextFormat format) => (format == TextFormat.OpenMetrics ? _openMetrics : _prometheus).Value;

    private sealed record Stretch(Piece[] Pieces, GzipTotals Totals)
    {
        public static Stretch Of(IReadOnlyList<PieceTable> tables, TextFormat format)
        {
            Piece[] pieces = [.. tables.SelectMany(table => table.Pieces(format))];
            return new(pieces, pieces.Aggregate(default(GzipTotals), static (totals, piece) => totals.Plus(piece)));
        }
    }
}
