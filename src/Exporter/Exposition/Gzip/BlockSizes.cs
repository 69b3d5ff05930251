namespace Exporter.Exposition.Gzip;

/// <summary>The sizes of blocks in bytes.</summary>
internal static class BlockSizes
{
    /// <summary>
    /// Returns the bytes of text in a full block: once and sixteen times the distance that deflate can refer back. A large block loses a
    /// hundredth because it cannot refer to the text before it; see <c>tests/bench.sh levels</c>.
    /// </summary>
    public static int Full(this BlockSize size) => size == BlockSize.Large ? 512 * 1024 : 32 * 1024;
}
