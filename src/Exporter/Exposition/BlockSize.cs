namespace Exporter.Exposition;

/// <summary>How much text is compressed together: more takes fewer bytes, and is broken by more changes.</summary>
internal enum BlockSize
{
    /// <summary>Of what has rested for some seconds: about what an automation shows in one family.</summary>
    Small,

    /// <summary>Of what has rested for longer. Its small blocks stay, for the page on which one of them has changed.</summary>
    Large,
}

/// <summary>What the sizes are.</summary>
internal static class BlockSizes
{
    /// <summary>
    /// Bytes of text with which a block is full: once and sixteen times as far back as deflate refers. What a large block cannot refer to,
    /// because it stands before it, is a hundredth of it; see <c>tests/bench.sh levels</c>.
    /// </summary>
    public static int Full(this BlockSize size) => size == BlockSize.Large ? 512 * 1024 : 32 * 1024;
}
