using System.IO.Pipelines;
using Exporter.Web.Connections;

namespace Exporter.Web;

/// <summary>
/// Puts the header of every response on those that the server makes by itself, before or without asking any of our code: 400, 405, 408,
/// 414, 431, 505 and whatever else it answers to a request of HTTP/1 that it cannot read. It offers no other place for that.
/// </summary>
/// <remarks>
/// The server writes the head of such a response at once, and at a time when none of our code is answering on the connection: so that is
/// when the bytes are looked at. Of an answer of ours they have the header already.
/// </remarks>
/// <param name="inner">To the client, behind TLS.</param>
/// <param name="seat">Tells whether our code is answering.</param>
internal sealed class RefusalWriter(PipeWriter inner, ConnectionSeat seat) : PipeWriter
{
    private Memory<byte> _memory;

    public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

    public override long UnflushedBytes => inner.UnflushedBytes;

    private static ReadOnlySpan<byte> Status => "HTTP/1.1 "u8;

    private static ReadOnlySpan<byte> HeaderName => "X-Content-Type-Options:"u8;

    private static ReadOnlySpan<byte> HeaderLine => "X-Content-Type-Options: nosniff\r\n"u8;

    /// <summary>No browser may guess the type of an answer.</summary>
    public static void AddHeader(IHeaderDictionary headers) => headers.XContentTypeOptions = "nosniff";

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        // The server asks for much more than its own responses need; the room for one more line is a matter of course.
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

    /// <summary>Adds the header behind the first line of a response that lacks it.</summary>
    /// <param name="buffer">What is written, and room.</param>
    /// <param name="bytes">How much is written.</param>
    /// <returns>How much it is now.</returns>
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
