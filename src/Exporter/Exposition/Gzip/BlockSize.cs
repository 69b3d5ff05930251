namespace Exporter.Exposition.Gzip;

/// <summary>The amount of text that is compressed together. More text takes fewer bytes, but more changes break the block.</summary>
internal enum BlockSize
{
    /// <summary>For pieces that have not changed for some seconds: about as much as an automation shows in one family.</summary>
    Small,

    /// <summary>
    /// For pieces that have not changed for longer. Their small blocks stay, for a page on which one of them has changed.
    /// </summary>
    Large,
}
