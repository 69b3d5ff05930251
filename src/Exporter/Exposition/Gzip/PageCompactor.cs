namespace Exporter.Exposition.Gzip;

/// <summary>
/// Compresses unchanged parts of <c>/metrics</c> again, better, in the background. A scrape never waits for it: it takes what exists, and
/// only the bytes change, not the text.
/// </summary>
internal sealed class PageCompactor(MetricsPage metrics, TimeProvider time) : BackgroundService
{
    /// <summary>The least age of pieces for a small block. Younger ones may change with the next poll and waste the work.</summary>
    public static readonly TimeSpan ShortRest = TimeSpan.FromSeconds(10);

    /// <summary>The least age of pieces for a large block.</summary>
    public static readonly TimeSpan LongRest = TimeSpan.FromMinutes(1);

    /// <summary>
    /// The pause after each portion, which takes 2 to 3 ms: the work takes a twentieth of a core, and ten seconds for a page of 100,000
    /// series.
    /// </summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(40);

    /// <summary>Bytes of text.</summary>
    private const int Portion = 128 * 1024;

    /// <summary>The pages and when each was sent, the oldest first.</summary>
    private readonly Queue<(long At, int Number)> _seen = [];

    private int _old = -1;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var number in metrics.Sent.ReadAllAsync(stoppingToken))
        {
            _seen.Enqueue((time.GetTimestamp(), number));
            await Task.Delay(ShortRest, time, stoppingToken);
            while (_seen.TryPeek(out var seen) && time.GetElapsedTime(seen.At) >= LongRest)
            {
                _old = _seen.Dequeue().Number;
            }

            if (metrics.Current is { } page)
            {
                await CompactAsync(page, number, BlockSize.Small, stoppingToken);
                await CompactAsync(page, _old, BlockSize.Large, stoppingToken);
                metrics.Replace(page, page.Compacted());
            }
        }
    }

    /// <param name="resting">The number of a page: its pieces and older ones have not changed for long enough.</param>
    private async Task CompactAsync(CompressedPage page, int resting, BlockSize size, CancellationToken cancellation)
    {
        using var scratch = new MemoryStream();
        var done = 0;
        foreach (var pieces in page.ToCompact(resting, size))
        {
            Block.Make(pieces, size, scratch);
            done += pieces.Sum(static piece => piece.Length);
            if (done >= Portion)
            {
                await Task.Delay(Pause * ((double)done / Portion), time, cancellation);
                done = 0;
            }
        }
    }
}
