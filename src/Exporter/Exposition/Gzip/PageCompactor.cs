namespace Exporter.Exposition.Gzip;

/// <summary>
/// Compresses what rests on <c>/metrics</c> again, better, in the background. A scrape never waits for it: it takes what is there, and all
/// that changes is which bytes say the same.
/// </summary>
internal sealed class PageCompactor(MetricsPage metrics, TimeProvider time) : BackgroundService
{
    /// <summary>What is younger may change with the next poll, and would be compressed for nothing.</summary>
    public static readonly TimeSpan ShortRest = TimeSpan.FromSeconds(10);

    /// <summary>What is older goes into large blocks.</summary>
    public static readonly TimeSpan LongRest = TimeSpan.FromMinutes(1);

    /// <summary>After each portion, which takes 2 to 3 ms: a twentieth of a core, and a page of 100,000 series in ten seconds.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(40);

    /// <summary>Bytes of text.</summary>
    private const int Portion = 128 * 1024;

    /// <summary>When which page was there, in the order of time.</summary>
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

    /// <param name="page">The page.</param>
    /// <param name="resting">Number of the page whose pieces have rested.</param>
    /// <param name="size">Size of the blocks.</param>
    /// <param name="cancellation">Gives up.</param>
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
