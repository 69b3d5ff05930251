using Microsoft.Data.Sqlite;

namespace Exporter.History;

/// <summary>The table of the <see cref="HistoryClock"/>.</summary>
internal static class StoredClock
{
    /// <summary>Returns the clock, which continues from the last write.</summary>
    public static HistoryClock Read(SqliteConnection connection, TimeProvider time)
    {
        using var select = connection.Prepare("SELECT at, ran FROM clock", transaction: null);
        using var row = select.ExecuteReader();
        var (stored, passed) = row.Read() ? (row.GetValue(0), row.GetValue(1)) : (null, null);

        // 0 while there is nothing that could age. A value that is no time is damage.
        return HistoryClock.Begin(
            StoredMoment.TryRead(stored, out var at) && at > DateTimeOffset.UnixEpoch ? at : null,
            passed is long ran && StoredMoment.IsTime(ran) ? TimeSpan.FromMilliseconds(ran) : TimeSpan.Zero,
            time
        );
    }

    public static void Write(SqliteConnection connection, SqliteTransaction transaction, HistoryClock clock)
    {
        using var update = connection.Prepare(
            "INSERT OR REPLACE INTO clock (id, at, ran) VALUES (1, $at, $ran)",
            transaction,
            "$at",
            "$ran"
        );
        update.Bind(clock.Earned.ToUnixTimeMilliseconds(), (long)clock.Ran.TotalMilliseconds).ExecuteNonQuery();
    }
}
