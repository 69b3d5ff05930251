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
    private readonly Lazy<GzipTotals> _prometheus = new(() => Total(Tables, TextFormat.Prometheus));
    private readonly Lazy<GzipTotals> _openMetrics = new(() => Total(Tables, TextFormat.OpenMetrics));
    private readonly Lazy<byte[]> _joinedPrometheus = new(() => Joined(Tables, TextFormat.Prometheus));
    private readonly Lazy<byte[]> _joinedOpenMetrics = new(() => Joined(Tables, TextFormat.OpenMetrics));
    private int _answers;

    /// <summary>Whether it shows what is to be seen of this snapshot now. A clock that was set back makes a page from the future.</summary>
    public bool Shows(Snapshot current, DateTimeOffset now) => ReferenceEquals(Snapshot, current) && From <= now && now < Until;

    public IEnumerable<Piece> Pieces(TextFormat format) => Tables.SelectMany(table => table.Pieces(format));

    /// <summary>
    /// The compressed bytes for one more answer. When a page is answered again they are joined first: one that stays then costs a copy,
    /// and one that is out of date after a single scrape is not copied in vain.
    /// </summary>
    public IEnumerable<byte[]> Deflated(TextFormat format) =>
        Interlocked.Increment(ref _answers) == 1
            ? Pieces(format).Select(static piece => piece.Deflated)
            : [(format == TextFormat.OpenMetrics ? _joinedOpenMetrics : _joinedPrometheus).Value];

    public GzipTotals Totals(TextFormat format) => (format == TextFormat.OpenMetrics ? _openMetrics : _prometheus).Value;

    private static byte[] Joined(IReadOnlyList<PieceTable> tables, TextFormat format)
    {
        using var bytes = new MemoryStream();
        foreach (var piece in tables.SelectMany(table => table.Pieces(format)))
        {
            bytes.Write(piece.Deflated);
        }

        return bytes.ToArray();
    }

    private static GzipTotals Total(IReadOnlyList<PieceTable> tables, TextFormat format) =>
        tables.SelectMany(table => table.Pieces(format)).Aggregate(default(GzipTotals), static (totals, piece) => totals.Plus(piece));
}
