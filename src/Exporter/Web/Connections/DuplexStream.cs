using System.IO.Pipelines;

namespace Exporter.Web.Connections;

/// <summary>One end of a connection in memory.</summary>
/// <param name="from">What the other end writes.</param>
/// <param name="to">What the other end reads; it ends when this end is disposed of.</param>
internal sealed class DuplexStream(Stream from, Stream to) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>
    /// Returns both ends of a connection. Who waits for the other end goes on within the other's call: no further thread is needed.
    /// </summary>
    public static (DuplexStream One, DuplexStream Other) Pair()
    {
        var options = new PipeOptions(
            readerScheduler: PipeScheduler.Inline,
            writerScheduler: PipeScheduler.Inline,
            pauseWriterThreshold: 0,
            useSynchronizationContext: false
        );
        var (there, back) = (new Pipe(options), new Pipe(options));
        return (new(there.Reader.AsStream(), back.Writer.AsStream()), new(back.Reader.AsStream(), there.Writer.AsStream()));
    }

    public override void Flush() => to.Flush();

    public override int Read(byte[] buffer, int offset, int count) => from.Read(buffer, offset, count);

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        from.ReadAsync(buffer, cancellationToken);

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => to.Write(buffer, offset, count);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        to.WriteAsync(buffer, cancellationToken);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            from.Dispose();
            to.Dispose();
        }

        base.Dispose(disposing);
    }
}
