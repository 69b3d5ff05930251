using Exporter.Exposition.Gzip;
using Exporter.Telemetry;

namespace Exporter.Exposition.Text;

/// <summary>The end of the page: the exporter's own instruments, and the end line where the format has one.</summary>
/// <param name="Platform">What the process and the runtime tell of themselves.</param>
/// <param name="Own">What the exporter counts.</param>
internal sealed record SelfMetrics(RegistryText Platform, RegistryText Own)
{
    public DeflatedText[] Parts { get; } = [Platform.Piece, Own.Piece];

    /// <summary>The tail now, or the one before while nothing of it is to be read again.</summary>
    /// <param name="instruments">The instruments.</param>
    /// <param name="before">The last tail in this format.</param>
    /// <param name="format">The format.</param>
    /// <param name="snapshot">Number of the snapshot that is shown: what was counted on the way to it is shown with it.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellation">Gives up.</param>
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
