using Exporter.Exposition.Text;
using Exporter.Snapshots;

namespace Exporter.Exposition.Gzip;

/// <summary>
/// One snapshot as it is to be seen at a moment, compressed in pieces. Immutable, so scrapes read it while the next one is made.
/// </summary>
/// <param name="Number">Pages are numbered as they are built; see <see cref="Piece.Page"/>.</param>
/// <param name="Snapshot">The snapshot.</param>
/// <param name="From">The moment.</param>
/// <param name="Until">From when on the same snapshot is to be seen differently.</param>
/// <param name="Tables">Its pieces.</param>
internal sealed record CompressedPage(
    int Number,
    Snapshot Snapshot,
    DateTimeOffset From,
    DateTimeOffset Until,
    IReadOnlyList<PieceTable> Tables
)
{
    private readonly Lazy<Segment> _prometheus = new(() => Segment.Join(PiecesOf(Tables, TextFormat.Prometheus)));
    private readonly Lazy<Segment> _openMetrics = new(() => Segment.Join(PiecesOf(Tables, TextFormat.OpenMetrics)));

    /// <summary>Whether nothing of it is left to be compressed again.</summary>
    public bool IsCompact { get; private init; }

    /// <summary>
    /// Whether it shows what is to be seen of this snapshot now. A clock that was set back, however little, makes a page from the future.
    /// </summary>
    public bool IsCurrent(Snapshot current, DateTimeOffset now) => ReferenceEquals(Snapshot, current) && From <= now && now < Until;

    /// <summary>
    /// Blocks and pieces in the order of the page. Only their order is kept: to keep a copy that is all in one would take a megabyte for
    /// each page, and save little more than the walk along the pieces.
    /// </summary>
    public DeflatedText[] Parts(TextFormat format) => SegmentFor(format).Parts;

    public GzipTotals Totals(TextFormat format) => SegmentFor(format).Totals;

    /// <inheritdoc cref="Block.ToMake"/>
    public IReadOnlyList<Piece[]> ToCompact(int resting, BlockSize size, int? fullSize = null) =>
        Block.ToMake(PiecesOf(Tables, TextFormat.Prometheus), resting, size, fullSize ?? size.Full());

    /// <summary>The same page, sent as the blocks that there are by now; those that read this one are not disturbed.</summary>
    public CompressedPage Compacted()
    {
        var page = new CompressedPage(Number, Snapshot, From, Until, Tables) { IsCompact = ToCompact(Number, BlockSize.Large).Count == 0 };
        // Of both formats one is used, as a rule. No scrape is to wait for it.
        _ = _prometheus.IsValueCreated ? page._prometheus.Value : null;
        _ = _openMetrics.IsValueCreated ? page._openMetrics.Value : null;
        return page;
    }

    private static Piece[] PiecesOf(IReadOnlyList<PieceTable> tables, TextFormat format) =>
        [.. tables.SelectMany(table => table.Pieces(format))];

    private Segment SegmentFor(TextFormat format) => (format == TextFormat.OpenMetrics ? _openMetrics : _prometheus).Value;

    private sealed record Segment(DeflatedText[] Parts, GzipTotals Totals)
    {
        public static Segment Join(ReadOnlySpan<Piece> pieces)
        {
            var (parts, totals) = (new List<DeflatedText>(pieces.Length), default(GzipTotals));
            for (var i = 0; i < pieces.Length; )
            {
                var block = Standing(BlockSize.Large, pieces[i..]) ?? Standing(BlockSize.Small, pieces[i..]);
                DeflatedText part = block is null ? pieces[i] : block;
                parts.Add(part);
                totals = totals.Append(part);
                i += block?.Count ?? 1;
            }

            return new([.. parts], totals);
        }

        private static Block? Standing(BlockSize size, ReadOnlySpan<Piece> pieces) =>
            pieces[0].Block(size) is { } block && block.StandsAt(pieces) ? block : null;
    }
}
