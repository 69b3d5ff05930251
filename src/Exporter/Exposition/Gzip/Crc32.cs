namespace Exporter.Exposition.Gzip;

/// <summary>
/// Joins the CRC-32s of two texts to that of both, one after the other, without looking at the texts.
/// </summary>
/// <remarks>
/// A CRC-32 is the remainder of the text, read as a polynomial over the two numbers 0 and 1, divided by a fixed polynomial P. To append n
/// bytes is to multiply what came before by x⁸ⁿ and to add what was appended, so <c>crc(ab) = crc(a) · x⁸ⁿ mod P + crc(b)</c>, where adding
/// is exclusive or. (The inversions with which CRC-32 begins and ends cancel each other out.) The bits stand in gzip's order, the reverse
/// of the usual: the highest bit is x⁰, and the lowest is x³¹.
/// </remarks>
internal static class Crc32
{
    /// <summary>P without its x³² (RFC 1952, section 8).</summary>
    private const uint Polynomial = 0xEDB88320;

    private const uint One = 0x80000000;

    private const uint XToThe8 = One >> 8;

    /// <summary>What a CRC is multiplied by when so many bytes are appended: x⁸ⁿ mod P.</summary>
    public static uint CombineOperator(long length)
    {
        var (shift, square) = (One, XToThe8);
        for (; length > 0; length >>= 1)
        {
            shift = (length & 1) != 0 ? Multiply(shift, square) : shift;
            square = Multiply(square, square);
        }

        return shift;
    }

    /// <param name="first">CRC of the first text.</param>
    /// <param name="second">CRC of the second text.</param>
    /// <param name="shift">The second text's <see cref="CombineOperator"/>.</param>
    public static uint Combine(uint first, uint second, uint shift) => Multiply(first, shift) ^ second;

    /// <summary>a · b mod P: adds up b · xⁱ for every xⁱ in a.</summary>
    private static uint Multiply(uint a, uint b)
    {
        var product = 0u;
        for (; a != 0; a <<= 1)
        {
            // All ones when the bit is set, else zero: which bits are set cannot be foreseen, and a wrong guess costs more than a
            // subtraction.
            product ^= b & (uint)-(int)(a >> 31);
            b = (b >> 1) ^ (Polynomial & (uint)-(int)(b & 1));
        }

        return product;
    }
}
