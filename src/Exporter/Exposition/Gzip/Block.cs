using System.IO.Compression;

namespace Exporter.Exposition.Gzip;

/// <summary>
/// Pieces that stand one after the other and have not changed for some time, compressed again as one text and at a high level: a page is
/// compressed once and may be sent for hours. The pieces stay as they are, for the page on which one of them is another.
/// </summary>
internal sealed class Block : DeflatedText
{
    /// <summary>The next one takes longer and saves nothing, see <c>tests/bench.sh levels</c>.</summary>
    private static readonly ZLibCompressionOptions High = new() { CompressionLevel = 8 };

    private readonly Piece[] _pieces;

    private Block(Piece[] pieces, byte[] deflated, uint crc)
        : base(deflated, pieces.Sum(static piece => piece.Length), crc) => _pieces = pieces;

    /// <summary>How many pieces it stands for.</summary>
    public int Count => _pieces.Length;

    /// <summary>Compresses pieces together; from then on they are sent as a block wherever they stand as they do here.</summary>
    /// <param name="pieces">The pieces.</param>
    /// <param name="size">The size.</param>
    /// <param name="scratch">A stream of the caller's, to be used again and again.</param>
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
        // The text has gone through two more hands. If they had changed it, what the pieces say would be sent.
        if (isCrc == crc)
        {
            pieces[0].Begin(new Block(pieces, bytes, crc), size);
        }
    }

    /// <summary>Whether its pieces stand here.</summary>
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

    /// <summary>What of a page is to be compressed again: neighbours that rest, as many together as make a full block.</summary>
    /// <param name="page">The pieces in their order.</param>
    /// <param name="resting">Number of the page whose pieces, and those of older pages, rest.</param>
    /// <param name="size">Of which size.</param>
    /// <param name="fullSize">Bytes of text with which a block is full.</param>
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
