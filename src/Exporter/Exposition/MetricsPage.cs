using System.IO.Pipelines;
using System.Threading.Channels;
using Exporter.Exposition.Gzip;
using Exporter.Exposition.Text;
using Exporter.Snapshots;
using Exporter.Telemetry;

namespace Exporter.Exposition;

/// <summary>
/// The body of <c>/metrics</c>: one whole snapshot, then the exporter's own instruments. It reads memory and <c>/proc</c> only: it waits
/// for no poll and sends no request.
/// </summary>
internal sealed class MetricsPage(SnapshotStore store, Instruments instruments, BuildInfo build, TimeProvider time) : IDisposable
{
    /// <summary>The buffered bytes that trigger a flush.</summary>
    private const int ChunkSize = 64 * 1024;

    /// <summary>
    /// The number of answers, from a page that is not fully compact, after which the compactor looks for unchanged pieces.
    /// </summary>
    public const int SomeAnswers = 3;

    private readonly SemaphoreSlim _building = new(1);
    private readonly Channel<int> _sent = Channel.CreateBounded<int>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }
    );

    private readonly SelfMetrics?[] _tails = new SelfMetrics?[Enum.GetValues<TextFormat>().Length];
    private PageBuilder? _builder;
    private volatile CompressedPage? _page;
    private int _answers;
    private (Snapshot? Snapshot, long Number) _shown;

    /// <summary>The numbers of pages that were sent and whose pieces may stay unchanged.</summary>
    public ChannelReader<int> Sent => _sent.Reader;

    /// <summary>The page that was built last.</summary>
    public CompressedPage? Current => _page;

    /// <summary>Replaces a page with the same page in other bytes, unless a newer one exists.</summary>
    public void Replace(CompressedPage page, CompressedPage same) => Interlocked.CompareExchange(ref _page, same, page);

    /// <summary>
    /// Returns the answer for clients that accept gzip. An unchanged page is reused. Otherwise the first scrape builds it, and other
    /// scrapes wait without holding a thread.
    /// </summary>
    public async ValueTask<GzipResponse> CompressAsync(TextFormat format, CancellationToken cancellation)
    {
        await _building.WaitAsync(cancellation);
        try
        {
            var (snapshot, now) = store.Read(time);
            if (_page is not { } page || !page.IsCurrent(snapshot, now))
            {
                _builder ??= new PageBuilder(build);
                _page = page = _builder.Build(snapshot, now);
            }

            _answers = page.IsCompact ? 0 : _answers + 1;
            if (_answers == SomeAnswers)
            {
                _answers = 0;
                _ = _sent.Writer.TryWrite(page.Number);
            }

            return new GzipResponse(page, await TailAsync(format, snapshot, cancellation), format);
        }
        finally
        {
            _building.Release();
        }
    }

    /// <summary>Writes the answer for clients that do not accept gzip.</summary>
    public async Task WriteAsync(PipeWriter output, TextFormat format, CancellationToken cancellation)
    {
        var (snapshot, now) = store.Read(time);
        foreach (var _ in PlainPage.Write(snapshot, build, now, format, output))
        {
            if (output.UnflushedBytes >= ChunkSize)
            {
                await output.FlushAsync(cancellation);
            }
        }

        await _building.WaitAsync(cancellation);
        SelfMetrics tail;
        try
        {
            tail = await TailAsync(format, snapshot, cancellation);
        }
        finally
        {
            _building.Release();
        }

        await output.WriteAsync(tail.Platform.Text, cancellation);
        await output.WriteAsync(tail.Own.Text, cancellation);
    }

    public void Dispose() => _building.Dispose();

    private async ValueTask<SelfMetrics> TailAsync(TextFormat format, Snapshot snapshot, CancellationToken cancellation)
    {
        _shown = ReferenceEquals(_shown.Snapshot, snapshot) ? _shown : (snapshot, _shown.Number + 1);
        return _tails[(int)format] = await SelfMetrics.ReadAsync(
            instruments,
            _tails[(int)format],
            format,
            _shown.Number,
            time,
            cancellation
        );
    }
}
