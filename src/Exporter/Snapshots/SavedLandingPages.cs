namespace Exporter.Snapshots;

/// <summary>How complete the saved state of an account's landing pages is.</summary>
internal enum SavedLandingPages
{
    /// <summary>Not all of them, or nothing: the pages were never complete.</summary>
    None,

    /// <summary>Some pages may be missing because their rows cannot be read.</summary>
    Damaged,

    /// <summary>Every page that was shown before.</summary>
    Whole,
}
