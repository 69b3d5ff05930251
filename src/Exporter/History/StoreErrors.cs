using Microsoft.Data.Sqlite;

namespace Exporter.History;

/// <summary>
/// What an error of the store says: whether its file is bad for good. Everything else may pass by itself or by somebody's help (a full
/// disk, rights, another process, a newer version), or is a mistake of ours, which no new file would mend.
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
    /// Whether the file itself is bad. Generic errors, broken constraints and mismatches are SQL that does not fit the tables: somebody has
    /// changed them.
    /// </summary>
    public static bool IsCorruption(Exception e) =>
        e is InvalidDataException or SqliteException { SqliteErrorCode: Error or Corrupt or Constraint or Mismatch or NotADatabase };

    /// <summary>Whether there is no room left for it.</summary>
    public static bool IsFull(Exception e) => e is SqliteException { SqliteErrorCode: Full };

    /// <summary>
    /// Whether room might help: SQLite has other words for a full disk when it cannot make the files beside the database.
    /// </summary>
    public static bool MayLackRoom(Exception e) => e is SqliteException { SqliteErrorCode: InputOutput or Full or CannotOpen };
}
