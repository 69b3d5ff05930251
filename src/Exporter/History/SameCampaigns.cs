using Exporter.Snapshots;
using Microsoft.Data.Sqlite;

namespace Exporter.History;

/// <summary>
/// Makes one row of those that belong to one campaign. An older program kept a row for each spelling of an id in upper and lower case, and
/// a damaged index may have hidden a row while another was written.
/// </summary>
internal static class SameCampaigns
{
    /// <summary>
    /// Adds the observations of an older row to the newest one. Nothing is known after the last walk of the older row, unless the newest
    /// one begins with that walk.
    /// </summary>
    private const string MoveObservations = """
        INSERT OR IGNORE INTO change (series, at, value)
        SELECT id, $end + 1, NULL FROM series AS older WHERE campaign = $older AND $end IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM series AS newest JOIN change ON change.series = newest.id AND change.at = $end
            WHERE newest.campaign = $newest AND (newest.what, newest.first, newest.second, newest.location)
                = (older.what, older.first, older.second, older.location));
        UPDATE OR IGNORE series SET campaign = $newest WHERE campaign = $older;
        UPDATE OR IGNORE change SET series = (
            SELECT newest.id FROM series AS newest JOIN series AS older USING (what, first, second, location)
            WHERE newest.campaign = $newest AND older.id = change.series)
        WHERE series IN (SELECT id FROM series WHERE campaign = $older);
        UPDATE series SET first_seen = min(series.first_seen, older.first_seen) FROM series AS older
        WHERE series.campaign = $newest AND older.campaign = $older AND (older.what, older.first, older.second, older.location)
            = (series.what, series.first, series.second, series.location);
        DELETE FROM change WHERE series IN (SELECT id FROM series WHERE campaign = $older);
        DELETE FROM series WHERE campaign = $older;
        DELETE FROM campaign WHERE id = $older;
        """;

    /// <summary>Merges what is to be merged. What cannot be merged now stays for the next time: until then the newest row counts.</summary>
    public static void Merge(SqliteConnection connection)
    {
        try
        {
            using var transaction = connection.BeginTransaction(deferred: true);
            using var select = connection.Prepare(SavedRow.Select, transaction, "$id");
            using var merge = connection.Prepare(MoveObservations, transaction, "$newest", "$older", "$end");
            foreach (var rows in Several(connection, transaction))
            {
                var newest = rows.Find(row => IsReadable(select, row)) ?? rows[0];
                foreach (var older in rows.Where(row => row != newest))
                {
                    merge.Bind(newest.Id, older.Id, older.LastSuccess).ExecuteNonQuery();
                }
            }

            transaction.Commit();
        }
        catch (SqliteException)
        {
            // The disk may be full, or the table damaged. Whoever reads the rows one by one finds what is wrong.
        }
    }

    /// <summary>Returns the rows of each campaign that has more than one, the newest first.</summary>
    private static List<List<Row>> Several(SqliteConnection connection, SqliteTransaction transaction)
    {
        using var select = connection.Prepare(
            $"""
            SELECT campaign.id, kind, campaign_id, last_success, base_url, account.name, on_behalf_of
            FROM campaign JOIN account ON account.id = campaign.account {CampaignRows.NewestFirst}
            """,
            transaction
        );
        using var found = select.ExecuteReader();
        var all = new Dictionary<(AccountIdentity, CampaignKey), List<Row>>();
        while (found.Read())
        {
            if (CampaignRows.KeyOf(found.GetValue(1), found.GetValue(2)) is { } campaign)
            {
                var account = new AccountIdentity($"{found.GetValue(4)}", $"{found.GetValue(5)}", $"{found.GetValue(6)}");
                if (!all.TryGetValue((account, campaign), out var rows))
                {
                    all[(account, campaign)] = rows = [];
                }

                rows.Add(new Row(found.GetInt64(0), account, found.GetValue(3) as long?));
            }
        }

        return [.. all.Values.Where(static rows => rows.Count > 1)];
    }

    private static bool IsReadable(SqliteCommand select, Row row)
    {
        using var found = select.Bind(row.Id).ExecuteReader();
        return found.Read() && SavedRow.Read(found, row.Account) is not null;
    }

    private sealed record Row(long Id, AccountIdentity Account, long? LastSuccess);
}
