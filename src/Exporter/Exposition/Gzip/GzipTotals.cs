namespace Exporter.Exposition.Gzip;

/// <summary>What the trailer of a gzip member says of its text, and how many bytes its parts take.</summary>
internal readonly record struct GzipTotals(uint Crc, long Length, long Deflated)
{
    public GzipTotals Append(DeflatedText part) =>
        new(Crc32.Combine(Crc, part.Crc, part.Shift), Length + part.Length, Deflated + part.Deflated.Length);
}
