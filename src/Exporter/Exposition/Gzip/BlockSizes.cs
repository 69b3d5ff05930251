namespace Exporter.Exposition.Gzip;

/// <summary>What the sizes are.</summary>
internal static class BlockSizes
{
    /// <summary>
    /// Bytes of text with which a block is full: once and sixteen times as far back as deflate refers. What a large block cannot refer to,
    /// because it stands before it, is a hundredth of it; see <c>tests/bench.sh levels</c>.
    /// </summary>
    public static int Full(this BlockSize size) => size == BlockSize.Large ? 512 * 1024 : 32 * 1024;
}
