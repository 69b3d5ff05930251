namespace Exporter.Disk;

/// <summary>What is known to exist of a path.</summary>
internal enum FilePresence
{
    Unknown,

    /// <summary>A directory with a name further up.</summary>
    Ancestor,

    /// <summary>Its directory, but not the file.</summary>
    Directory,

    /// <summary>A file, or whatever else stands there.</summary>
    File,
}
