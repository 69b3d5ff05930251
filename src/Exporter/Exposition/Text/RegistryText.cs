using Exporter.Exposition.Gzip;
using Prometheus;

namespace Exporter.Exposition.Text;

/// <summary>The text of a registry's instruments at one time, plain and compressed.</summary>
/// <param name="Text">The text.</param>
/// <param name="Piece">The same, compressed.</param>
/// <param name="At">When it was read, see <see cref="TimeProvider.GetTimestamp"/>.</param>
/// <param name="Occasion">Number of what it was read for.</param>
internal sealed record RegistryText(byte[] Text, Piece Piece, long At, long Occasion)
{
    /// <summary>
    /// All scrapes within this time read the same text: what the process tells of itself takes longer to find out than a page of ten
    /// thousand series takes to answer.
    /// </summary>
    private static readonly TimeSpan GoodFor = TimeSpan.FromSeconds(1);

    /// <param name="registry">Whose text.</param>
    /// <param name="before">The last text; it is taken again when it was read for the same occasion and is not old.</param>
    /// <param name="format">The format. In OpenMetrics the text has its end line.</param>
    /// <param name="isLast">Whether the end line stays.</param>
    /// <param name="occasion">Number of what it is read for.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async ValueTask<RegistryText> ReadAsync(
        CollectorRegistry registry,
        RegistryText? before,
        TextFormat format,
        bool isLast,
        long occasion,
        TimeProvider time,
        CancellationToken cancellation
    )
    {
        if (before is not null && before.Occasion == occasion && time.GetElapsedTime(before.At) < GoodFor)
        {
            return before;
        }

        using var output = new MemoryStream();
        var at = time.GetTimestamp();
        await registry.CollectAndExportAsTextAsync(
            output,
            format == TextFormat.OpenMetrics ? ExpositionFormat.OpenMetricsText : ExpositionFormat.PrometheusText,
            cancellation
        );
        var text = output.ToArray()[..^(isLast ? 0 : format.End().Length)];
        output.SetLength(0);
        return new RegistryText(text, Piece.Compress(text, samples: 0, Piece.Never, output), at, occasion);
    }
}
