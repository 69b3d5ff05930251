using Exporter.Exposition.Gzip;
using Exporter.Telemetry;

namespace Exporter.Exposition.Text;

/// <summary>The end of the page: the exporter's own instruments, and the end line in formats that have one.</summary>
/// <param name="Platform">The metrics of the process and the runtime.</param>
/// <param name="Own">The exporter's own instruments.</param>
internal sealed record SelfMetrics(RegistryText Platform, RegistryText Own)
{
    public DeflatedText[] Texts { get; } = [Platform.Piece, Own.Piece];

    /// <summary>Returns the current metrics; the ones before while both of their texts can be reused.</summary>
    /// <param name="before">The last metrics in this format.</param>
    /// <param name="snapshot">
    /// The number of the snapshot on the page. The counters are read again for each, so that they include the requests that led to it.
    /// </param>
    public static async ValueTask<SelfMetrics> ReadAsync(
        Instruments instruments,
        SelfMetrics? before,
        TextFormat format,
        long snapshot,
        TimeProvider time,
        CancellationToken cancellation
    )
    {
        var platform = await RegistryText.ReadAsync(
            instruments.Platform,
            before?.Platform,
            format,
            isLast: false,
            occasion: 0,
            time,
            cancellation
        );
        var own = await RegistryText.ReadAsync(instruments.Registry, before?.Own, format, isLast: true, snapshot, time, cancellation);
        return before is not null && ReferenceEquals(platform, before.Platform) && ReferenceEquals(own, before.Own)
            ? before
            : new SelfMetrics(platform, own);
    }
}
