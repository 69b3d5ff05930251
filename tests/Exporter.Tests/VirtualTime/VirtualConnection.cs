using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;

namespace Exporter.Tests.VirtualTime;

/// <summary>
/// A connection without sockets: the server's end is this context, the client's end a stream. Each sees when the other closes or resets.
/// </summary>
internal sealed class VirtualConnection : DefaultConnectionContext
{
    /// <summary>What is written is read on the same thread, see <see cref="VirtualClock"/>.</summary>
    private static readonly PipeOptions Options = new(
        readerScheduler: PipeScheduler.Inline,
        writerScheduler: PipeScheduler.Inline,
        useSynchronizationContext: false
    );

    private readonly CancellationTokenSource _closed = new();
    private readonly DuplexPipe _application;
    private readonly Pipe _toClient = new(Options);
    private readonly Pipe _toServer = new(Options);
    private readonly Task _copying;
    private Exception? _reset;

    public VirtualConnection(IPEndPoint server)
        : base(Guid.NewGuid().ToString())
    {
        var (input, output) = (new Pipe(Options), new Pipe(Options));
        Transport = new DuplexPipe(input.Reader, output.Writer);
        _application = new DuplexPipe(output.Reader, input.Writer);
        ConnectionClosed = _closed.Token;
        LocalEndPoint = server;
        RemoteEndPoint = new IPEndPoint(IPAddress.Loopback, 1);
        Client = new VirtualStream(_toClient.Reader, _toServer.Writer);
        _copying = Task.WhenAll(ToClientAsync(), ToServerAsync());
    }

    /// <summary>The client's end.</summary>
    public Stream Client { get; }

    public override void Abort(ConnectionAbortedException abortReason)
    {
        Interlocked.CompareExchange(ref _reset, new IOException("the connection was reset", abortReason), comparand: null);
        _application.Input.CancelPendingRead();
        _toServer.Reader.CancelPendingRead();
    }

    public override async ValueTask DisposeAsync()
    {
        // The server has said all that it will.
        await _copying;
        _closed.Dispose();
        await base.DisposeAsync();
    }

    /// <summary>What the server writes, until it ends or resets the connection.</summary>
    private async Task ToClientAsync()
    {
        await CopyAsync(_application.Input, _toClient.Writer);
        await _application.Input.CompleteAsync();
        await _toClient.Writer.CompleteAsync(_reset);
        _toServer.Reader.CancelPendingRead();
    }

    /// <summary>What the client writes, until it closes.</summary>
    private async Task ToServerAsync()
    {
        await CopyAsync(_toServer.Reader, _application.Output);
        await _toServer.Reader.CompleteAsync(_reset);
        await _application.Output.CompleteAsync(_reset);
        _application.Input.CancelPendingRead();
        await _closed.CancelAsync();
    }

    private static async Task CopyAsync(PipeReader from, PipeWriter to)
    {
        while (true)
        {
            var read = await from.ReadAsync();
            var isWanted = true;
            foreach (var segment in read.Buffer)
            {
                isWanted &= !(await to.WriteAsync(segment)).IsCompleted;
            }

            from.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted || read.IsCanceled || !isWanted)
            {
                return;
            }
        }
    }

    private sealed record DuplexPipe(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    private sealed class VirtualStream(PipeReader reader, PipeWriter writer) : Stream
    {
        private readonly Stream _reading = reader.AsStream();
        private readonly Stream _writing = writer.AsStream();

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            _reading.ReadAsync(buffer, cancellationToken);

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("a blocking read");

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            _writing.WriteAsync(buffer, cancellationToken);

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("a blocking write");

        public override void Flush() { }

        public override Task FlushAsync(CancellationToken cancellationToken) => _writing.FlushAsync(cancellationToken);

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _reading.Dispose();
                _writing.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
