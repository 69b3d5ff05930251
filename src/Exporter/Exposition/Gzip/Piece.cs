using System.Buffers.Binary;
using System.IO.Compression;

namespace Exporter.Exposition.Gzip;

/// <summary>What is rendered at once: some parts of the snapshot in one family.</summary>
/// <param name="deflated">The text, compressed.</param>
/// <param name="length">Length of the text.</param>
/// <param name="crc">CRC-32 of the text.</param>
/// <param name="samples">Samples in it.</param>
/// <param name="page">Number of the page that it was made for, see <see cref="CompressedPage.Number"/>.</param>
internal sealed class Piece(byte[] deflated, int length, uint crc, int samples, int page) : DeflatedText(deflated, length, crc)
{
    /// <summary>The page of a piece that is never compressed again.</summary>
    public const int Never = int.MaxValue;

    /// <summary>RFC 1952, section 2.3, without optional fields.</summary>
    private const int GzipHeader = 10;

    /// <summary>CRC-32 and length of the text, four bytes each.</summary>
    private const int GzipTrailer = 8;

    private volatile Block? _small;
    private volatile Block? _large;

    public static Piece Empty { get; } = new([], 0, crc: 0, samples: 0, Never);

    public int Samples => samples;

    public int Page => page;

    /// <summary>The block that was made last of this piece and those that stood behind it; they may be others by now.</summary>
    public Block? Block(BlockSize size) => size == BlockSize.Large ? _large : _small;

    /// <summary>From now on it begins this block.</summary>
    public void Begin(Block block, BlockSize size)
    {
        if (size == BlockSize.Large)
        {
            _large = block;
        }
        else
        {
            _small = block;
        }
    }

    /// <summary>Compresses a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="samples">Samples in it.</param>
    /// <param name="page">The page that it is made for.</param>
    /// <param name="scratch">A stream of the caller's, to be used again and again.</param>
    /// <remarks>
    /// The fastest level, because a scrape waits for it: the next one would take twice the time. What stays is compressed better later, see
    /// <see cref="Block"/>.
    /// </remarks>
    public static Piece Compress(ReadOnlySpan<byte> text, int samples, int page, MemoryStream scratch)
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

        var (deflated, crc) = Cut(scratch, end);
        return new Piece(deflated, text.Length, crc, samples, page);
    }

    /// <summary>The blocks and the CRC-32 of a gzip stream.</summary>
    /// <param name="gzip">The stream, closed.</param>
    /// <param name="end">Its length when it had been flushed and not closed.</param>
    /// <remarks>
    /// zlib does all the work: a flush ends the blocks at a byte (a sync flush: an empty stored block), and the trailer of the gzip stream
    /// that is closed afterwards tells the CRC, which zlib computes on the way. Only what lies between header and flush is kept.
    /// </remarks>
    public static (byte[] Deflated, uint Crc) Cut(MemoryStream gzip, int end)
    {
        var stream = gzip.GetBuffer().AsSpan(0, (int)gzip.Length);
        return (stream[GzipHeader..end].ToArray(), BinaryPrimitives.ReadUInt32LittleEndian(stream[^GzipTrailer..]));
    }
}
