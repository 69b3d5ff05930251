using Exporter.Exposition.Gzip;
using Exporter.Snapshots;
using Prometheus;

namespace Exporter.Exposition.Text;

/// <summary>The text of a registry's instruments at one time, plain and compressed.</summary>
/// <param name="Piece">The same text, compressed.</param>
/// <param name="At">When it was read. A text from before the clock was set is not reused: all times in it are another clock's.</param>
/// <param name="Occasion">The number of the occasion that it was read for.</param>
internal sealed record RegistryText(byte[] Text, Piece Piece, ClockReading At, long Occasion)
{
    /// <summary>
    /// The time for which all scrapes read the same text. Reading the process's figures takes longer than answering with ten thousand
    /// series.
    /// </summary>
    private static readonly TimeSpan GoodFor = TimeSpan.FromSeconds(1);

    /// <param name="before">The last text; it is reused for the same occasion while it is not old.</param>
    /// <param name="isLast">Whether to keep OpenMetrics' end line.</param>
    /// <param name="occasion">The number of the occasion that it is read for.</param>
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
        var now = ClockReading.Read(time);
        if (before is not null && before.Occasion == occasion && before.IsGood(now, time))
        {
            return before;
        }

        using var output = new MemoryStream();
        await registry.CollectAndExportAsTextAsync(
            output,
            format == TextFormat.OpenMetrics ? ExpositionFormat.OpenMetricsText : ExpositionFormat.PrometheusText,
            cancellation
        );
        var text = output.ToArray()[..^(isLast ? 0 : format.End().Length)];
        output.SetLength(0);
        return new RegistryText(text, Piece.Compress(text, samples: 0, Piece.Never, output), now, occasion);
    }

    private bool IsGood(ClockReading now, TimeProvider time) =>
        time.GetElapsedTime(At.Timestamp, now.Timestamp) < GoodFor && At.SetBy(now, time) == TimeSpan.Zero;
}
