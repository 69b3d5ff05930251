namespace Exporter.Snapshots;

/// <summary>The completeness of the saved state about an account's pages.</summary>
internal enum SavedPages
{
    /// <summary>Not all of them, or nothing: the pages were never complete.</summary>
    None,

    /// <summary>Some pages may be missing because their rows cannot be read.</summary>
    Damaged,

    /// <summary>Every page that was shown before.</summary>
    Whole,
}
