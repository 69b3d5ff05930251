namespace Exporter.Exposition.Gzip;

/// <summary>
/// A stretch of the page, compressed: deflate blocks that end at a byte and refer to nothing before them, so that they can stand one
/// after the other in any order and are a valid stream together (see <see cref="GzipMember"/>).
/// </summary>
/// <param name="deflated">The blocks; the last one is not marked as the last.</param>
/// <param name="length">Length of the text.</param>
/// <param name="crc">CRC-32 of the text.</param>
internal abstract class DeflatedText(byte[] deflated, int length, uint crc)
{
    public byte[] Deflated => deflated;

    public int Length => length;

    public uint Crc => crc;

    /// <summary>How a CRC moves on over it, see <see cref="Crc32.CombineOperator"/>.</summary>
    public uint Shift { get; } = Crc32.CombineOperator(length);
}
