using System.Buffers.Binary;
using System.IO.Compression;

namespace Exporter.Exposition.Gzip;

/// <summary>The unit of rendering: some parts of the snapshot in one family.</summary>
/// <param name="deflated">The text, compressed.</param>
/// <param name="length">The length of the text.</param>
/// <param name="crc">The CRC-32 of the text.</param>
/// <param name="samples">The number of samples in it.</param>
/// <param name="page">The number of the page that it was rendered for, see <see cref="CompressedPage.Number"/>.</param>
internal sealed class Piece(byte[] deflated, int length, uint crc, int samples, int page) : DeflatedText(deflated, length, crc)
{
    /// <summary>The page number of a piece that is never compressed again.</summary>
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

    /// <summary>Returns the last block that began with this piece; other pieces may follow it now.</summary>
    public Block? Block(BlockSize size) => size == BlockSize.Large ? _large : _small;

    /// <summary>Records a block that begins with this piece.</summary>
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
    /// <param name="samples">The number of samples in it.</param>
    /// <param name="page">The page that it is rendered for.</param>
    /// <param name="scratch">The caller's stream, which is reused.</param>
    /// <remarks>
    /// Uses the fastest level, because a scrape waits for it: the next level takes twice the time. Pieces that stay are compressed better
    /// later, see <see cref="Block"/>.
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

    /// <summary>Returns the blocks and the CRC-32 of a gzip stream.</summary>
    /// <param name="gzip">The stream, closed.</param>
    /// <param name="end">Its length after the flush, before it was closed.</param>
    /// <remarks>
    /// zlib does all the work: a flush ends the blocks at a byte (a sync flush: an empty stored block). The trailer, written when the
    /// stream closes, holds the CRC that zlib computes on the way. Only the bytes between header and flush are kept.
    /// </remarks>
    public static (byte[] Deflated, uint Crc) Cut(MemoryStream gzip, int end)
    {
        var stream = gzip.GetBuffer().AsSpan(0, (int)gzip.Length);
        return (stream[GzipHeader..end].ToArray(), BinaryPrimitives.ReadUInt32LittleEndian(stream[^GzipTrailer..]));
    }
}
