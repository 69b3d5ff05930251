using Microsoft.Data.Sqlite;

namespace Exporter.History;

/// <summary>What an error of the store says: whether it is bad for good, or only now.</summary>
internal static class StoreErrors
{
    /// <summary>Whether the file itself is bad.</summary>
    public static bool IsDamage(Exception e) => e switch
    {
        InvalidDataException or InvalidCastException or InvalidOperationException or ArgumentException or ArithmeticException or FormatException => true,

        // Generic errors, broken constraints and mismatches are SQL that does not fit the tables: somebody has changed them.
        SqliteException { SqliteErrorCode: 1 or 11 or 19 or 20 or 26 } => true,
        _ => false,
    };

    /// <summary>Whether it may pass by itself or by somebody's help: a disk that is full or may not be written, another process, a newer version.</summary>
    public static bool IsTrouble(Exception e) => e is SqliteException or IOException or UnauthorizedAccessException or NotSupportedException;
}
