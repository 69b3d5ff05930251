using Microsoft.Data.Sqlite;

namespace Exporter.History;

/// <summary>
/// The table of times that a wrong clock may have given to changes. A change has the time of its walk, by the machine's clock. Where that
/// is not the time of the <see cref="HistoryClock"/>, the table says how long the program had run when the change was written.
/// </summary>
internal static class Misdated
{
    /// <summary>The difference that is the way from a walk to the disk.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(1);

    private const long DayMilliseconds = 86_400_000;

    /// <summary>
    /// A row covers a day at most, unless there are too many of them. All changes within count as written with its last one.
    /// </summary>
    private const string Extend = """
        UPDATE misdated SET first = min(first, $at), last = max(last, $at), ran = max(ran, $ran)
        WHERE rowid = (
            SELECT rowid FROM (
                SELECT rowid, ran, $at BETWEEN first - 3600000 AND last + 3600000
                    AND max(last, $at) - min(first, $at) <= 86400000 AS is_near
                FROM misdated)
            WHERE is_near OR (SELECT count(*) FROM misdated) >= 1000
            ORDER BY is_near DESC, ran DESC LIMIT 1)
        """;

    /// <summary>
    /// Returns the SQL that tells whether a change is old, whatever the machine's clock says; see <see cref="PruningBounds"/>.
    /// </summary>
    /// <param name="at">The SQL of the change's own time.</param>
    public static string IsOld(string at) =>
        $"coalesce((SELECT max(ran) FROM misdated WHERE {at} BETWEEN first AND last) <= $ran, {at} <= $earned)";

    /// <summary>Records when changes were written, unless their own time says it.</summary>
    /// <param name="at">The changes' time.</param>
    public static void Record(SqliteConnection connection, SqliteTransaction transaction, DateTimeOffset at, HistoryClock clock)
    {
        if ((at - clock.Earned).Duration() <= Tolerance)
        {
            return;
        }

        var (time, ran) = (at.ToUnixTimeMilliseconds(), (long)clock.Ran.TotalMilliseconds);
        using var extend = connection.Prepare(Extend, transaction, "$at", "$ran");
        if (extend.Bind(time, ran).ExecuteNonQuery() == 0)
        {
            using var insert = connection.Prepare("INSERT INTO misdated VALUES ($at, $at, $ran)", transaction, "$at", "$ran");
            insert.Bind(time, ran).ExecuteNonQuery();
        }
    }

    /// <summary>
    /// Drops the rows that no change needs any more, and those that this program never wrote. Of the rows whose changes are old, neighbors
    /// become one: the last change of a total stays, and while the clocks differ only the table knows that it is old.
    /// </summary>
    public static void Drop(SqliteConnection connection, SqliteTransaction transaction, PruningBounds bounds)
    {
        using var drop = connection.Prepare(
            """
            DELETE FROM misdated WHERE typeof(first) <> 'integer' OR typeof(last) <> 'integer' OR typeof(ran) <> 'integer'
                OR (ran <= $ran AND (last <= min($before, $earned) OR first > $after))
            """,
            transaction,
            "$before",
            "$after",
            "$earned",
            "$ran"
        );
        drop.Bind(bounds.Before, bounds.After, bounds.Earned, bounds.Ran).ExecuteNonQuery();
        using var join = connection.Prepare(
            """
            UPDATE misdated SET last = $last, ran = $ran WHERE rowid = $row;
            DELETE FROM misdated WHERE rowid = $joined
            """,
            transaction,
            "$row",
            "$last",
            "$ran",
            "$joined"
        );
        var before = (Row: 0L, Last: long.MinValue, Ran: 0L);
        foreach (var (row, first, last, ran) in Old(connection, transaction, bounds))
        {
            if (first - DayMilliseconds > before.Last)
            {
                before = (row, last, ran);
                continue;
            }

            before = (before.Row, Math.Max(before.Last, last), Math.Max(before.Ran, ran));
            join.Bind(before.Row, before.Last, before.Ran, row).ExecuteNonQuery();
        }
    }

    private static List<(long Row, long First, long Last, long Ran)> Old(
        SqliteConnection connection,
        SqliteTransaction transaction,
        PruningBounds bounds
    )
    {
        var old = new List<(long, long, long, long)>();
        using var select = connection.Prepare(
            "SELECT rowid, first, last, ran FROM misdated WHERE ran <= $ran AND last <= $before ORDER BY first",
            transaction,
            "$before",
            "$ran"
        );
        using var rows = select.Bind(bounds.Before, bounds.Ran).ExecuteReader();
        while (rows.Read())
        {
            old.Add((rows.GetInt64(0), rows.GetInt64(1), rows.GetInt64(2), rows.GetInt64(3)));
        }

        return old;
    }
}
