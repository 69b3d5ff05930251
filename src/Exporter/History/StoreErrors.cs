using Microsoft.Data.Sqlite;

namespace Exporter.History;

/// <summary>
/// Decides whether an error may mean that the store's file itself is permanently damaged; <see cref="DamageProof"/> decides whether it is.
/// Any other error may pass by itself or after help (a full disk, access rights, another process, a newer version), or is a bug here, which
/// a new file would not solve.
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

    /// <summary>Whether the file itself may be damaged. SQLite reports a read that the disk refused (EIO) in the same way.</summary>
    public static bool MayBeDamage(Exception e) =>
        e is InvalidDataException or SqliteException { SqliteErrorCode: Corrupt or NotADatabase } || IsOfTables(e);

    /// <summary>
    /// Whether SQL does not fit the tables: generic errors, broken constraints and mismatches. If it is not a bug here, then another
    /// program has changed them.
    /// </summary>
    public static bool IsOfTables(Exception e) => e is SqliteException { SqliteErrorCode: Error or Constraint or Mismatch };

    /// <summary>Whether the disk has no room left.</summary>
    public static bool IsFull(Exception e) => e is SqliteException { SqliteErrorCode: Full };

    /// <summary>
    /// Whether more room might help. SQLite reports a full disk differently when it cannot create the files beside the database.
    /// </summary>
    public static bool MayLackRoom(Exception e) => e is SqliteException { SqliteErrorCode: InputOutput or Full or CannotOpen };
}
