namespace Exporter.Snapshots;

/// <summary>What the saved state knows of an account's pages.</summary>
internal enum SavedPages
{
    /// <summary>Nothing, or not all: none was ever told.</summary>
    None,

    /// <summary>Some may have been told that cannot be read.</summary>
    Damaged,

    /// <summary>Every page that was told before.</summary>
    Whole,
}
