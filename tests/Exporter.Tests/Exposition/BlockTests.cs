using System.IO.Compression;
using System.Text;
using Exporter.Exposition.Gzip;

namespace Exporter.Tests.Exposition;

public sealed class BlockTests
{
    private const int FullSize = 300;

    /// <summary>A page on which pieces change, come and go, with blocks of former pages on it.</summary>
    [Fact]
    public void Of_any_page_the_neighbours_that_rest_are_compressed_together_once()
    {
        using var scratch = new MemoryStream();
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var (page, resting) = (new List<Piece>(), 0);
            for (var number = 1; number < 12; number++)
            {
                for (var change = random.Next(6); change >= 0; change--)
                {
                    var at = random.Next(page.Count + 1);
                    page.RemoveRange(at, at < page.Count && random.Next(2) == 0 ? 1 : 0);
                    page.Insert(at, random.Next(6) == 0 ? Piece.Empty : Make(random.Next(1, 120), number, scratch));
                }

                Piece[] now = [.. page];
                resting = Math.Max(resting, number - random.Next(3));
                var found = Block.ToMake(now, resting, BlockSize.Small, FullSize);

                Assert.All(
                    found,
                    pieces =>
                    {
                        var from = Array.IndexOf(now, pieces[0]);
                        Assert.Equal(now.Skip(from).Take(pieces.Length), pieces);
                        Assert.All(pieces, piece => Assert.InRange(piece.Page, 0, resting));
                        Assert.InRange(pieces.SkipLast(1).Sum(static piece => piece.Length), 0, FullSize - 1);
                    }
                );
                foreach (var pieces in found)
                {
                    Block.Make(pieces, BlockSize.Small, scratch);
                }

                Assert.Empty(Block.ToMake(now, resting, BlockSize.Small, FullSize));
                Assert.Equal(now.Where(piece => piece.Page <= resting), Covered(now, resting));
            }
        }
    }

    [Fact]
    public void A_block_reads_as_its_pieces_one_after_the_other()
    {
        using var scratch = new MemoryStream();
        Piece[] pieces = [Make(1, 0, scratch), Make(5000, 0, scratch), Make(77, 0, scratch)];

        Block.Make(pieces, BlockSize.Large, scratch);

        Assert.Null(pieces[0].Block(BlockSize.Small));
        var block = pieces[0].Block(BlockSize.Large)!;
        Assert.Equal(string.Concat(pieces.Select(Text)), Text(block));
        Assert.Equal((3, 5078), (block.Count, block.Length));
        Assert.Equal(Piece.Compress(Encoding.UTF8.GetBytes(Text(block)), samples: 1, page: 0, scratch).Crc, block.Crc);
        Assert.InRange(block.Deflated.Length, 1, pieces.Sum(static piece => piece.Deflated.Length) - 1);
    }

    [Fact]
    public void A_block_stands_only_where_the_very_same_pieces_stand_in_its_order()
    {
        using var scratch = new MemoryStream();
        Piece[] pieces = [Make(10, 0, scratch), Make(10, 0, scratch)];
        var alike = Make(10, 0, scratch);
        Block.Make(pieces, BlockSize.Small, scratch);
        var block = pieces[0].Block(BlockSize.Small)!;

        Assert.True(block.StandsAt([pieces[0], pieces[1], alike]));
        Assert.False(block.StandsAt([pieces[0]]));
        Assert.False(block.StandsAt([pieces[0], alike, pieces[1]]));
        Assert.False(block.StandsAt([pieces[1], pieces[0]]));
        Assert.False(block.StandsAt([alike, pieces[0], pieces[1]]));
    }

    /// <summary>The pieces that a block stands for, in their order.</summary>
    private static List<Piece> Covered(Piece[] page, int resting)
    {
        List<Piece> covered = [];
        for (var i = 0; i < page.Length; )
        {
            var count =
                page[i].Page <= resting && page[i].Block(BlockSize.Small) is { } block && block.StandsAt(page.AsSpan(i)) ? block.Count : 0;
            covered.AddRange(page.Skip(i).Take(count));
            i += Math.Max(1, count);
        }

        return covered;
    }

    private static Piece Make(int length, int page, MemoryStream scratch) =>
        Piece.Compress(Encoding.UTF8.GetBytes(new string((char)('a' + (length % 26)), length)), samples: 1, page, scratch);

    private static string Text(DeflatedText part)
    {
        using var deflate = new DeflateStream(new MemoryStream([.. part.Deflated, .. GzipMember.LastBlock]), CompressionMode.Decompress);
        using var text = new MemoryStream();
        deflate.CopyTo(text);
        return Encoding.UTF8.GetString(text.ToArray());
    }
}
