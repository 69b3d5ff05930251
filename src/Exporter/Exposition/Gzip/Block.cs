using System.IO.Compression;

namespace Exporter.Exposition.Gzip;

/// <summary>
/// Adjacent pieces that have not changed for some time, compressed again as one text at a high level: the page is compressed once and may
/// be sent for hours. The pieces stay, for a page on which one of them has changed.
/// </summary>
internal sealed class Block : DeflatedText
{
    /// <summary>Level 9 takes longer and saves nothing, see <c>tests/bench.sh levels</c>.</summary>
    private static readonly ZLibCompressionOptions High = new() { CompressionLevel = 8 };

    private readonly Piece[] _pieces;

    private Block(Piece[] pieces, byte[] deflated, uint crc)
        : base(deflated, pieces.Sum(static piece => piece.Length), crc) => _pieces = pieces;

    /// <summary>The number of pieces in the block.</summary>
    public int Count => _pieces.Length;

    /// <summary>Compresses pieces together. From then on the block replaces them wherever they stand in this order.</summary>
    /// <param name="scratch">The caller's stream, which is reused.</param>
    public static void Make(Piece[] pieces, BlockSize size, MemoryStream scratch)
    {
        var crc = pieces.Aggregate(0u, static (crc, piece) => Crc32.Combine(crc, piece.Crc, piece.Shift));
        using var deflated = new MemoryStream(pieces.Sum(static piece => piece.Deflated.Length) + GzipMember.LastBlock.Length);
        foreach (var piece in pieces)
        {
            deflated.Write(piece.Deflated);
        }

        deflated.Write(GzipMember.LastBlock);
        deflated.Position = 0;
        scratch.SetLength(0);
        int end;
        using (var text = new DeflateStream(deflated, CompressionMode.Decompress))
        using (var gzip = new GZipStream(scratch, High, leaveOpen: true))
        {
            text.CopyTo(gzip);
            gzip.Flush();
            end = (int)scratch.Length;
        }

        var (bytes, isCrc) = Piece.Cut(scratch, end);
        // The text has been decompressed and compressed again. If that changed it, the pieces themselves are sent.
        if (isCrc == crc)
        {
            pieces[0].Begin(new Block(pieces, bytes, crc), size);
        }
    }

    /// <summary>Whether the block's pieces stand at the beginning of this part of the page.</summary>
    public bool StandsAt(ReadOnlySpan<Piece> page)
    {
        if (page.Length < _pieces.Length)
        {
            return false;
        }

        for (var i = 0; i < _pieces.Length; i++)
        {
            if (!ReferenceEquals(page[i], _pieces[i]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Returns the pieces of a page that should be compressed again: unchanged neighbours, as many as make a full block.</summary>
    /// <param name="page">The pieces in their order.</param>
    /// <param name="resting">The number of a page: pieces of this page and older ones count as unchanged.</param>
    /// <param name="fullSize">The bytes of text in a full block.</param>
    public static IReadOnlyList<Piece[]> ToMake(ReadOnlySpan<Piece> page, int resting, BlockSize size, int fullSize)
    {
        var found = new List<Piece[]>();
        var (from, length) = (0, 0);
        for (var i = 0; i < page.Length; )
        {
            var full = page[i].Block(size) is { } block && block.Length >= fullSize && block.StandsAt(page[i..]) ? block.Count : 0;
            if (full > 0 || page[i].Page > resting)
            {
                Add(page[from..i]);
                i += Math.Max(full, 1);
                (from, length) = (i, 0);
                continue;
            }

            length += page[i++].Length;
            if (length >= fullSize)
            {
                Add(page[from..i]);
                (from, length) = (i, 0);
            }
        }

        Add(page[from..]);
        return found;

        void Add(ReadOnlySpan<Piece> pieces)
        {
            if (!pieces.IsEmpty && !(pieces[0].Block(size) is { } made && made.Count == pieces.Length && made.StandsAt(pieces)))
            {
                found.Add(pieces.ToArray());
            }
        }
    }
}
