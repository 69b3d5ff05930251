namespace Exporter.Exposition.Gzip;

/// <summary>How much text is compressed together: more takes fewer bytes, and is broken by more changes.</summary>
internal enum BlockSize
{
    /// <summary>Of what has rested for some seconds: about what an automation shows in one family.</summary>
    Small,

    /// <summary>Of what has rested for longer. Its small blocks stay, for the page on which one of them has changed.</summary>
    Large,
}
