namespace Exporter.History;

/// <summary>What is in the place of the store when a program takes its directory.</summary>
internal enum StoreFound
{
    /// <summary>Nothing: nobody has saved anything.</summary>
    Nothing,

    /// <summary>An empty file, as a power cut leaves one behind.</summary>
    Empty,

    /// <summary>Nothing, because the store was damaged and was set aside.</summary>
    SetAside,

    /// <summary>A file that has something in it.</summary>
    There,
}
