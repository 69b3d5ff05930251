using System.Text;
using CsCheck;
using Exporter.Exposition.Gzip;

namespace Exporter.Tests.Exposition;

public sealed class Crc32Tests
{
    [Fact]
    public void The_crc_of_two_texts_joined_is_that_of_the_text_of_both() =>
        Gen.Select(Gen.Byte.Array[0, 300], Gen.Byte.Array[0, 300])
            .Sample(
                static (first, second) =>
                    Crc32.Combine(CrcOf(first), CrcOf(second), Crc32.CombineOperator(second.Length)) == CrcOf([.. first, .. second])
            );

    [Fact]
    public void The_check_value_of_the_standard_comes_out()
    {
        var (first, second) = (CrcOf("1234"u8), CrcOf("56789"u8));

        Assert.Equal(0xCBF43926, Crc32.Combine(first, second, Crc32.CombineOperator(5)));
    }

    [Fact]
    public void Shifts_add_up_whatever_the_length() =>
        Gen.Select(Gen.Long[0, 1L << 40], Gen.Long[0, 1L << 40])
            .Sample(
                static (a, b) =>
                    Crc32.Combine(Crc32.CombineOperator(a), second: 0, Crc32.CombineOperator(b)) == Crc32.CombineOperator(a + b)
            );

    [Fact]
    public void A_piece_tells_the_crc_of_its_text()
    {
        var text = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 5000).Select(static i => $"line {i}\n")));

        var piece = Piece.Compress(text, samples: 5000, page: 1, new MemoryStream());

        Assert.Equal((CrcOf(text), text.Length, 5000), (piece.Crc, piece.Length, piece.Samples));
        Assert.InRange(piece.Deflated.Length, 1, text.Length / 2);
    }

    /// <summary>Bit by bit, as RFC 1952 defines it.</summary>
    private static uint CrcOf(ReadOnlySpan<byte> text)
    {
        var crc = uint.MaxValue;
        foreach (var octet in text)
        {
            crc ^= octet;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
            }
        }

        return ~crc;
    }
}
