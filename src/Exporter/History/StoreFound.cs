namespace Exporter.History;

/// <summary>The state of the store's place when a program takes its directory.</summary>
internal enum StoreFound
{
    /// <summary>No file: nothing was ever saved.</summary>
    Nothing,

    /// <summary>An empty file, as a power cut may leave it.</summary>
    Empty,

    /// <summary>No file, because the store was damaged and set aside.</summary>
    SetAside,

    /// <summary>A file with content.</summary>
    There,
}
