using Microsoft.Data.Sqlite;

namespace Exporter.History;

/// <summary>
/// Decides whether an error means that the store's file itself is permanently damaged. Any other error may pass by itself or after help (a
/// full disk, access rights, another process, a newer version), or is a bug here, which a new file would not solve.
/// </summary>
internal static class StoreErrors
{
    private const int Error = 1,
        InputOutput = 10,
        Corrupt = 11,
        Full = 13,
        CannotOpen = 14,
        Constraint = 19,
        Mismatch = 20,
        NotADatabase = 26;

    /// <summary>
    /// Whether the file itself is damaged. Generic errors, broken constraints and mismatches are SQL that does not fit the tables, so
    /// another program has changed them.
    /// </summary>
    public static bool IsCorruption(Exception e) =>
        e is InvalidDataException or SqliteException { SqliteErrorCode: Error or Corrupt or Constraint or Mismatch or NotADatabase };

    /// <summary>Whether the disk has no room left.</summary>
    public static bool IsFull(Exception e) => e is SqliteException { SqliteErrorCode: Full };

    /// <summary>
    /// Whether more room might help. SQLite reports a full disk differently when it cannot create the files beside the database.
    /// </summary>
    public static bool MayLackRoom(Exception e) => e is SqliteException { SqliteErrorCode: InputOutput or Full or CannotOpen };
}
