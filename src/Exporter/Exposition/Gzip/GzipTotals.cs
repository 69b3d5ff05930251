namespace Exporter.Exposition.Gzip;

/// <summary>The CRC and length for the trailer of a gzip member, and the bytes that its parts take.</summary>
internal readonly record struct GzipTotals(uint Crc, long Length, long Deflated)
{
    public GzipTotals Append(DeflatedText part) =>
        new(Crc32.Combine(Crc, part.Crc, part.Shift), Length + part.Length, Deflated + part.Deflated.Length);
}
