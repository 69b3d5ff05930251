using System.Buffers.Binary;
using System.IO.Pipelines;

namespace Exporter.Exposition.Gzip;

/// <summary>
/// Joins parts to <b>one</b> gzip member (RFC 1952). Several members would be valid too, but clients that stop after the first are common
/// (<c>curl --compressed</c> is one) and would take a part of the answer for the whole.
/// </summary>
internal static class GzipMember
{
    /// <summary>
    /// The bytes per write. Smaller writes cost more in calls than in copying; bigger ones do not stay in the processor's cache.
    /// </summary>
    public const int ChunkSize = 256 * 1024;

    /// <summary>Magic number, deflate, no flags, no time, level not stated, unknown system.</summary>
    private static ReadOnlySpan<byte> Header => [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];

    /// <summary>The last block, empty: final, fixed codes, end of block (RFC 1951, section 3.2.6). No part is marked as the last.</summary>
    public static ReadOnlySpan<byte> LastBlock => [0x03, 0x00];

    /// <summary>Returns the bytes of the whole member.</summary>
    public static long Length(GzipTotals totals) => Header.Length + totals.Deflated + LastBlock.Length + sizeof(uint) + sizeof(uint);

    /// <param name="stretches">The parts, in groups that follow one another.</param>
    /// <param name="totals">The totals of all parts.</param>
    public static async Task WriteAsync(PipeWriter output, DeflatedText[][] stretches, GzipTotals totals, CancellationToken cancellation)
    {
        var (chunk, filled) = (output.GetMemory(ChunkSize), Header.Length);
        Header.CopyTo(chunk.Span);
        foreach (var stretch in stretches)
        {
            foreach (var part in stretch)
            {
                for (var rest = part.Deflated.AsMemory(); rest.Length > 0; )
                {
                    var fitting = rest[..Math.Min(rest.Length, chunk.Length - filled)];
                    fitting.CopyTo(chunk[filled..]);
                    (rest, filled) = (rest[fitting.Length..], filled + fitting.Length);
                    if (filled == chunk.Length)
                    {
                        output.Advance(filled);
                        await output.FlushAsync(cancellation);
                        (chunk, filled) = (output.GetMemory(ChunkSize), 0);
                    }
                }
            }
        }

        output.Advance(filled);
        End(output, totals);
        await output.FlushAsync(cancellation);
    }

    private static void End(PipeWriter output, GzipTotals totals)
    {
        var room = output.GetSpan(LastBlock.Length + sizeof(uint) + sizeof(uint));
        LastBlock.CopyTo(room);
        BinaryPrimitives.WriteUInt32LittleEndian(room[LastBlock.Length..], totals.Crc);
        // The trailer holds the lowest 32 bits of the length.
        BinaryPrimitives.WriteUInt32LittleEndian(room[(LastBlock.Length + sizeof(uint))..], unchecked((uint)totals.Length));
        output.Advance(LastBlock.Length + sizeof(uint) + sizeof(uint));
    }
}
