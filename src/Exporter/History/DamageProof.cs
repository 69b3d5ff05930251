using Exporter.Disk;
using Microsoft.Data.Sqlite;

namespace Exporter.History;

/// <summary>
/// Looks again at a store that an error called damaged. SQLite reports a read that the disk refused in the same words as a damaged page, so
/// one such error is only a suspicion.
/// </summary>
internal static class DamageProof
{
    /// <summary>The size of SQLite's own reads. A disk that refuses some of them refuses some of these, too.</summary>
    private const int Piece = 4096;

    /// <summary>
    /// Whether a closed store is certainly damaged: every byte of it can be read, before and after a look that finds the damage anew. The
    /// cost is bounded by the store's size.
    /// </summary>
    /// <param name="file">The database.</param>
    /// <param name="isOfTables">Whether the suspicion is that another program has changed the tables.</param>
    public static bool IsGiven(string file, bool isOfTables)
    {
        if (Directory.Exists(file))
        {
            return true;
        }

        return CanReadThrough(file) && (StoreDirectory.FindDamage(file) is not null || Looks(file, isOfTables)) && CanReadThrough(file);
    }

    private static bool CanReadThrough(string file) =>
        ReadThrough(file) && (!File.Exists(StoreDirectory.LogOf(file)) || ReadThrough(StoreDirectory.LogOf(file)));

    private static bool ReadThrough(string file)
    {
        try
        {
            var piece = new byte[Piece];
            using var bytes = OpenFile.ReadRegular(file);
            while (bytes.Read(piece) > 0) { }

            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Whether a new connection, which trusts nothing that another one has read, finds damage.</summary>
    private static bool Looks(string file, bool isOfTables)
    {
        try
        {
            using var connection = SqliteShorthand.Open(file, SqliteOpenMode.ReadOnly);
            if (Schema.IsOfAnother(connection) || (isOfTables && !Schema.HasItsTables(connection)))
            {
                return true;
            }

            // It looks at the indexes, too: SQLite reports one that does not fit its table as damage.
            using var check = connection.Prepare("PRAGMA integrity_check(1)", transaction: null);
            return check.ExecuteScalar() is not "ok";
        }
        catch (SqliteException e)
        {
            return StoreErrors.MayBeDamage(e);
        }
    }
}
