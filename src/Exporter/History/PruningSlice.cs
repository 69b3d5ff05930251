using System.Collections.Immutable;
using Microsoft.Data.Sqlite;

namespace Exporter.History;

/// <summary>The statements of one slice of <see cref="Pruning"/>.</summary>
internal sealed class PruningSlice(SqliteConnection connection, SqliteTransaction transaction, long before, ImmutableHashSet<long> inUse)
    : IDisposable
{
    private readonly SqliteCommand _next = connection.Prepare(
        """
        SELECT series.id, campaign, max(last_success, coalesce(last_attempt, 0)) FROM series JOIN campaign ON campaign.id = series.campaign
        WHERE series.id > $after ORDER BY series.id LIMIT $most
        """,
        transaction,
        "$after",
        "$most"
    );

    private readonly SqliteCommand _standing = connection.Prepare(
        "SELECT max(at) FROM change WHERE series = $series AND at <= $before",
        transaction,
        "$series",
        "$before"
    );

    /// <summary>The last change before the limit is the value from there on, so it stays, unless the total was gone.</summary>
    private readonly SqliteCommand _drop = connection.Prepare(
        """
        DELETE FROM change WHERE series = $series AND at IN (
            SELECT at FROM change WHERE series = $series AND at <= $standing AND (at < $standing OR value IS NULL) ORDER BY at LIMIT $most)
        """,
        transaction,
        "$series",
        "$standing",
        "$most"
    );

    private readonly SqliteCommand _dropSeries = connection.Prepare(
        "DELETE FROM series WHERE id = $series AND NOT EXISTS (SELECT 1 FROM change WHERE change.series = $series)",
        transaction,
        "$series"
    );

    /// <summary>Works through the series after <paramref name="series"/>.</summary>
    /// <param name="series">The last finished series; updated on return.</param>
    /// <param name="work">The number of series to visit and changes to drop, together.</param>
    /// <returns>Whether the last series is finished.</returns>
    public bool Run(ref long series, int work)
    {
        foreach (var (id, campaign, lastSeen) in Next(series, work))
        {
            var isForgotten = lastSeen < before && !inUse.Contains(campaign);
            var standing = isForgotten ? long.MaxValue : _standing.Bind(id, before).ExecuteScalar() as long?;
            var dropped = standing is null ? 0 : _drop.Bind(id, standing, work).ExecuteNonQuery();
            if (dropped > 0 || standing is null or long.MaxValue)
            {
                _dropSeries.Bind(id).ExecuteNonQuery();
            }

            if (dropped == work)
            {
                // This series may have more to drop.
                return false;
            }

            (series, work) = (id, work - 1 - dropped);
            if (work <= 0)
            {
                return false;
            }
        }

        return work > 0;
    }

    /// <summary>Drops the campaigns that were not seen for the whole retention, once nothing else of them is left.</summary>
    public void DropForgotten()
    {
        using var select = connection.Prepare(
            """
            SELECT id FROM campaign WHERE max(last_success, coalesce(last_attempt, 0)) < $before
                AND NOT EXISTS (SELECT 1 FROM series WHERE series.campaign = campaign.id)
            """,
            transaction,
            "$before"
        );
        using var drop = connection.Prepare("DELETE FROM campaign WHERE id = $id", transaction, "$id");
        foreach (var id in Ids(select.Bind(before)).Where(id => !inUse.Contains(id)))
        {
            drop.Bind(id).ExecuteNonQuery();
        }
    }

    public void Dispose()
    {
        _next.Dispose();
        _standing.Dispose();
        _drop.Dispose();
        _dropSeries.Dispose();
    }

    private List<(long Id, long Campaign, long LastSeen)> Next(long after, int most)
    {
        var found = new List<(long, long, long)>();
        using var rows = _next.Bind(after, (long)most).ExecuteReader();
        while (rows.Read())
        {
            // A value that is not a time is damage. The reader of the row will find it.
            found.Add((rows.GetInt64(0), rows.GetInt64(1), rows.GetValue(2) is long at ? at : long.MaxValue));
        }

        return found;
    }

    private static List<long> Ids(SqliteCommand select)
    {
        var ids = new List<long>();
        using var rows = select.ExecuteReader();
        while (rows.Read())
        {
            ids.Add(rows.GetInt64(0));
        }

        return ids;
    }
}
