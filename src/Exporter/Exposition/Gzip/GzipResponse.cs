using System.IO.Pipelines;
using Exporter.Exposition.Text;

namespace Exporter.Exposition.Gzip;

/// <summary>A whole answer, compressed.</summary>
internal sealed class GzipResponse(CompressedPage page, SelfMetrics tail, TextFormat format)
{
    private readonly GzipTotals _totals = tail.Texts.Aggregate(page.Totals(format), static (totals, part) => totals.Append(part));

    /// <summary>The bytes that <see cref="WriteAsync"/> writes.</summary>
    public long Length => GzipMember.Length(_totals);

    public Task WriteAsync(PipeWriter output, CancellationToken cancellation) =>
        GzipMember.WriteAsync(output, [page.Texts(format), tail.Texts], _totals, cancellation);
}
