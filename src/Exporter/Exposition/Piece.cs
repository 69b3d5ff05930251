using System.Buffers.Binary;
using System.IO.Compression;

namespace Exporter.Exposition;

/// <summary>
/// A stretch of the page, compressed: deflate blocks that end at a byte and refer to nothing before them, so that pieces can stand one
/// after the other in any order and are a valid stream together (see <see cref="GzipMember"/>).
/// </summary>
/// <param name="Deflated">The blocks; the last one is not marked as the last.</param>
/// <param name="Length">Length of the text.</param>
/// <param name="Crc">CRC-32 of the text.</param>
/// <param name="Shift">How a CRC moves on over it, see <see cref="Crc32.ShiftOf"/>.</param>
/// <param name="Samples">Samples in it.</param>
internal sealed record Piece(byte[] Deflated, int Length, uint Crc, uint Shift, int Samples)
{
    /// <summary>RFC 1952, section 2.3, without optional fields.</summary>
    private const int GzipHeader = 10;

    /// <summary>CRC-32 and length of the text, four bytes each.</summary>
    private const int GzipTrailer = 8;

    public static Piece Empty { get; } = new([], 0, Crc: 0, Crc32.ShiftOf(0), Samples: 0);

    /// <summary>Compresses a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="samples">Samples in it.</param>
    /// <param name="scratch">A stream of the caller's, to be used again and again.</param>
    /// <remarks>
    /// zlib does all the work: a flush ends the blocks at a byte (a sync flush: an empty stored block), and the trailer of the gzip stream
    /// that is closed afterwards tells the CRC, which zlib computes on the way. Only what lies between header and flush is kept.
    /// The fastest level, because more would cost three times the time for a third of the bytes.
    /// </remarks>
    public static Piece Of(ReadOnlySpan<byte> text, int samples, MemoryStream scratch)
    {
        if (text.IsEmpty)
        {
            return Empty;
        }

        scratch.SetLength(0);
        int end;
        using (var gzip = new GZipStream(scratch, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(text);
            gzip.Flush();
            end = (int)scratch.Length;
        }

        var stream = scratch.GetBuffer().AsSpan(0, (int)scratch.Length);
        var crc = BinaryPrimitives.ReadUInt32LittleEndian(stream[^GzipTrailer..]);
        return new Piece(stream[GzipHeader..end].ToArray(), text.Length, crc, Crc32.ShiftOf(text.Length), samples);
    }
}
