using System.IO.Pipelines;

namespace Exporter.Exposition;

/// <summary>A whole answer, compressed.</summary>
internal sealed class GzipAnswer(CompressedPage page, Tail tail, TextFormat format)
{
    private readonly GzipTotals _totals = tail.Pieces.Aggregate(page.Totals(format), static (totals, piece) => totals.Plus(piece));

    /// <summary>Bytes that <see cref="WriteAsync"/> writes.</summary>
    public long Length => GzipMember.Length(_totals);

    public Task WriteAsync(PipeWriter output, CancellationToken cancellation) =>
        GzipMember.WriteAsync(output, [page.Pieces(format), tail.Pieces], _totals, cancellation);
}
