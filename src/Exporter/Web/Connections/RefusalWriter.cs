using System.IO.Pipelines;

namespace Exporter.Web.Connections;

/// <summary>
/// Adds the header of every response to those that the server sends by itself, before or without calling our code: 400, 405, 408, 414, 431,
/// 505 and any other answer to an HTTP/1 request that it cannot read. The server has no other extension point for that.
/// </summary>
/// <remarks>
/// The server writes the head of such a response in one piece, and only while our code answers no request on the connection. So only then
/// are the bytes inspected. Our own answers have the header already.
/// </remarks>
/// <param name="inner">The writer to the client, behind TLS.</param>
/// <param name="seat">Knows whether our code is answering a request.</param>
internal sealed class RefusalWriter(PipeWriter inner, ConnectionSeat seat) : PipeWriter
{
    private Memory<byte> _memory;

    public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

    public override long UnflushedBytes => inner.UnflushedBytes;

    private static ReadOnlySpan<byte> Status => "HTTP/1.1 "u8;

    private static ReadOnlySpan<byte> HeaderName => "X-Content-Type-Options:"u8;

    private static ReadOnlySpan<byte> HeaderLine => "X-Content-Type-Options: nosniff\r\n"u8;

    /// <summary>Forbids browsers to guess the type of an answer.</summary>
    public static void AddHeader(IHeaderDictionary headers) => headers.XContentTypeOptions = "nosniff";

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        // The server requests much more memory than its own responses need, so there is always room for one more line.
        _memory = inner.GetMemory(sizeHint);
        return _memory;
    }

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override void Advance(int bytes) => inner.Advance(seat.Requests > 0 ? bytes : WithHeader(_memory.Span, bytes));

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => inner.FlushAsync(cancellationToken);

    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default) =>
        inner.WriteAsync(source, cancellationToken);

    public override void CancelPendingFlush() => inner.CancelPendingFlush();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    public override ValueTask CompleteAsync(Exception? exception = null) => inner.CompleteAsync(exception);

    /// <summary>Adds the header after the first line of a response that lacks it.</summary>
    /// <param name="buffer">The written bytes, followed by free space.</param>
    /// <param name="bytes">The number of written bytes.</param>
    /// <returns>The new number of written bytes.</returns>
    public static int WithHeader(Span<byte> buffer, int bytes)
    {
        var written = buffer[..bytes];
        if (
            !written.StartsWith(Status)
            || written.IndexOf(HeaderName) >= 0
            || bytes + HeaderLine.Length > buffer.Length
            || written.IndexOf("\r\n"u8) is not (>= 0 and var end)
        )
        {
            return bytes;
        }

        var at = end + 2;
        written[at..].CopyTo(buffer[(at + HeaderLine.Length)..]);
        HeaderLine.CopyTo(buffer[at..]);
        return bytes + HeaderLine.Length;
    }
}
