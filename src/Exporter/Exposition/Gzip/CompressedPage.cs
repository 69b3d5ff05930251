using Exporter.Exposition.Text;
using Exporter.Snapshots;

namespace Exporter.Exposition.Gzip;

/// <summary>
/// One snapshot as it looks at a moment, compressed in pieces. Immutable, so scrapes read it while the next one is built.
/// </summary>
/// <param name="Number">The number of the page, in the order of building; see <see cref="Piece.Page"/>.</param>
/// <param name="From">The moment.</param>
/// <param name="Until">The moment from which the same snapshot looks different.</param>
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

    /// <summary>Whether nothing on it remains to be compressed again.</summary>
    public bool IsCompact { get; private init; }

    /// <summary>
    /// Whether the page still shows this snapshot correctly. After a clock is set back, however little, the page lies in the future and is
    /// not current.
    /// </summary>
    public bool IsCurrent(Snapshot current, DateTimeOffset now) => ReferenceEquals(Snapshot, current) && From <= now && now < Until;

    /// <summary>
    /// Returns blocks and pieces in the order of the page. Only the order is kept: one contiguous copy would take a megabyte for each page
    /// and save little more than the walk along the pieces.
    /// </summary>
    public DeflatedText[] Texts(TextFormat format) => SegmentFor(format).Parts;

    public GzipTotals Totals(TextFormat format) => SegmentFor(format).Totals;

    /// <inheritdoc cref="Block.ToMake"/>
    public IReadOnlyList<Piece[]> ToCompact(int resting, BlockSize size, int? fullSize = null) =>
        Block.ToMake(PiecesOf(Tables, TextFormat.Prometheus), resting, size, fullSize ?? size.Full());

    /// <summary>Returns the same page with the blocks that exist now. Readers of this page are not disturbed.</summary>
    public CompressedPage Compacted()
    {
        var page = new CompressedPage(Number, Snapshot, From, Until, Tables) { IsCompact = ToCompact(Number, BlockSize.Large).Count == 0 };
        // Usually one of the formats is in use. Compute it here, so that no scrape waits for it.
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
