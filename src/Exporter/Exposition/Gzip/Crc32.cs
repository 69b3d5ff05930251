namespace Exporter.Exposition.Gzip;

/// <summary>Combines the CRC-32s of two texts to that of both, one after the other, without reading the texts.</summary>
/// <remarks>
/// A CRC-32 is the remainder of the text, read as a polynomial over the two numbers 0 and 1, divided by a fixed polynomial P. Appending n
/// bytes multiplies the earlier text by x⁸ⁿ and adds the appended one, so <c>crc(ab) = crc(a) · x⁸ⁿ mod P + crc(b)</c>, where adding is
/// exclusive or. (The inversions at the beginning and the end of a CRC-32 cancel each other out.) The bits are in gzip's order, the reverse
/// of the usual: the highest bit is x⁰, and the lowest is x³¹.
/// </remarks>
internal static class Crc32
{
    /// <summary>P without its x³² (RFC 1952, section 8).</summary>
    private const uint Polynomial = 0xEDB88320;

    private const uint One = 0x80000000;

    private const uint XToThe8 = One >> 8;

    /// <summary>Returns the factor of a CRC when this many bytes are appended: x⁸ⁿ mod P.</summary>
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

    /// <param name="first">The CRC of the first text.</param>
    /// <param name="second">The CRC of the second text.</param>
    /// <param name="shift">The second text's <see cref="CombineOperator"/>.</param>
    public static uint Combine(uint first, uint second, uint shift) => Multiply(first, shift) ^ second;

    /// <summary>Computes a · b mod P: adds up b · xⁱ for every xⁱ in a.</summary>
    private static uint Multiply(uint a, uint b)
    {
        var product = 0u;
        for (; a != 0; a <<= 1)
        {
            // The mask is all ones when the bit is set, else zero. The bits cannot be predicted, and a mispredicted branch costs more than
            // a subtraction.
            product ^= b & (uint)-(int)(a >> 31);
            b = (b >> 1) ^ (Polynomial & (uint)-(int)(b & 1));
        }

        return product;
    }
}
