using System.IO.Pipelines;
using System.Threading.Channels;
using Exporter.Exposition.Gzip;
using Exporter.Exposition.Text;
using Exporter.Snapshots;
using Exporter.Telemetry;

namespace Exporter.Exposition;

/// <summary>
/// The body of <c>/metrics</c>: everything of one snapshot, then the exporter's own instruments. It reads memory only: no poll is waited
/// for and nothing is asked of anybody.
/// </summary>
internal sealed class MetricsPage(SnapshotStore store, Instruments instruments, BuildInfo build, TimeProvider time) : IDisposable
{
    /// <summary>What is written is passed on when it is this much.</summary>
    private const int ChunkSize = 64 * 1024;

    /// <summary>After so many answers of which not all was compact it is looked for what rests.</summary>
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

    /// <summary>Numbers of pages whose pieces have been sent, and might rest from now on.</summary>
    public ChannelReader<int> Sent => _sent.Reader;

    /// <summary>The page that was built last.</summary>
    public CompressedPage? Current => _page;

    /// <summary>Sends the same page in other bytes from now on, unless there is a newer one.</summary>
    public void Replace(CompressedPage page, CompressedPage same) => Interlocked.CompareExchange(ref _page, same, page);

    /// <summary>
    /// The answer to those who take gzip. When nothing has changed since the last one it is there already; otherwise the first scrape
    /// makes it, and those that come meanwhile wait for it without holding a thread.
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

    /// <summary>Writes the answer to all others.</summary>
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
