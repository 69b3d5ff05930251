namespace Exporter.Exposition.Gzip;

/// <summary>
/// A part of the page, compressed: deflate blocks that end at a byte and refer to nothing before them. They can stand one after the other
/// in any order and form a valid stream (see <see cref="GzipMember"/>).
/// </summary>
/// <param name="deflated">The blocks; the last one is not marked as the last.</param>
/// <param name="length">The length of the text.</param>
/// <param name="crc">The CRC-32 of the text.</param>
internal abstract class DeflatedText(byte[] deflated, int length, uint crc)
{
    public byte[] Deflated => deflated;

    public int Length => length;

    public uint Crc => crc;

    /// <summary>The factor that moves a CRC over this text, see <see cref="Crc32.CombineOperator"/>.</summary>
    public uint Shift { get; } = Crc32.CombineOperator(length);
}
