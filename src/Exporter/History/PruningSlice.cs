using System.Collections.Immutable;
using Microsoft.Data.Sqlite;

namespace Exporter.History;

/// <summary>The statements of one slice of <see cref="Pruning"/>.</summary>
internal sealed class PruningSlice(
    SqliteConnection connection,
    SqliteTransaction transaction,
    PruningBounds bounds,
    ImmutableHashSet<long> inUse
) : IDisposable
{
    /// <summary>No change has this time.</summary>
    private const long None = long.MinValue;

    private static readonly string IsOld = Misdated.IsOld("change.at");

    private readonly SqliteCommand _next = connection.Prepare(
        $"""
        SELECT id, campaign, seen <= $before AND {Misdated.IsOld("seen")} AND typeof(seen) = 'integer' FROM (
            SELECT series.id, campaign, max(last_success, coalesce(last_attempt, 0)) AS seen
            FROM series JOIN campaign ON campaign.id = series.campaign
            WHERE series.id > $after ORDER BY series.id LIMIT $most)
        """,
        transaction,
        "$after",
        "$before",
        "$earned",
        "$ran",
        "$most"
    );

    private readonly SqliteCommand _standing = connection.Prepare(
        $"SELECT max(at) FROM change WHERE series = $series AND at <= $before AND {IsOld}",
        transaction,
        "$series",
        "$before",
        "$earned",
        "$ran"
    );

    /// <summary>The last change before the limit is the value from there on, so it stays, unless the total was gone.</summary>
    private readonly SqliteCommand _drop = connection.Prepare(
        $"""
        DELETE FROM change WHERE series = $series AND at IN (
            SELECT at FROM change
            WHERE series = $series AND at <= $before AND {IsOld} AND (at <> $standing OR value IS NULL)
            UNION ALL
            SELECT at FROM change WHERE series = $series AND at > $after AND {IsOld}
            LIMIT $most)
        """,
        transaction,
        "$series",
        "$before",
        "$after",
        "$earned",
        "$ran",
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
        foreach (var (id, isForgotten) in Next(series, work))
        {
            var standing = isForgotten ? None : _standing.Bind(id, bounds.Before, bounds.Earned, bounds.Ran).ExecuteScalar() as long?;
            var dropped = _drop
                .Bind(id, bounds.Before, bounds.After, bounds.Earned, bounds.Ran, standing ?? None, (long)work)
                .ExecuteNonQuery();
            if (dropped > 0 || isForgotten || standing is null)
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
            $"""
            SELECT id FROM (SELECT id, max(last_success, coalesce(last_attempt, 0)) AS seen FROM campaign) AS forgotten
            WHERE seen <= $before AND {Misdated.IsOld("seen")}
                AND NOT EXISTS (SELECT 1 FROM series WHERE series.campaign = forgotten.id)
            """,
            transaction,
            "$before",
            "$earned",
            "$ran"
        );
        using var drop = connection.Prepare("DELETE FROM campaign WHERE id = $id", transaction, "$id");
        foreach (var id in Ids(select.Bind(bounds.Before, bounds.Earned, bounds.Ran)).Where(id => !inUse.Contains(id)))
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

    private List<(long Id, bool IsForgotten)> Next(long after, int most)
    {
        var found = new List<(long, bool)>();
        using var rows = _next.Bind(after, bounds.Before, bounds.Earned, bounds.Ran, (long)most).ExecuteReader();
        while (rows.Read())
        {
            // A campaign that was seen at no time at all is damaged. The reader of the row will find it.
            found.Add((rows.GetInt64(0), rows.GetValue(2) is 1L && !inUse.Contains(rows.GetInt64(1))));
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
