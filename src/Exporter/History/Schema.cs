using Microsoft.Data.Sqlite;

namespace Exporter.History;

/// <summary>The tables, as steps from each version to the next. A released step never changes.</summary>
internal static class Schema
{
    /// <summary>Marks the file as this program's: "SGEX".</summary>
    public const long ApplicationId = 0x53474558;

    /// <summary>The steps. Step n leads from version n to version n + 1. Moments are milliseconds since the epoch.</summary>
    public static readonly IReadOnlyList<string> Steps =
    [
        """
            CREATE TABLE account (
                id INTEGER PRIMARY KEY,
                base_url TEXT NOT NULL,
                name TEXT NOT NULL,
                on_behalf_of TEXT NOT NULL,
                UNIQUE (base_url, name, on_behalf_of));
            CREATE TABLE campaign (
                id INTEGER PRIMARY KEY,
                account INTEGER NOT NULL REFERENCES account,
                kind INTEGER NOT NULL,
                campaign_id TEXT NOT NULL,
                up INTEGER,
                last_success INTEGER NOT NULL,
                last_attempt INTEGER,
                duration INTEGER NOT NULL,
                pages INTEGER NOT NULL,
                reason INTEGER,
                error TEXT,
                walk BLOB NOT NULL, -- StoredWalk as JSON, packed with zlib
                seal BLOB NOT NULL, -- SHA-256 of this row: the database itself would not notice a changed digit
                UNIQUE (account, kind, campaign_id));
            CREATE TABLE series (
                id INTEGER PRIMARY KEY,
                campaign INTEGER NOT NULL REFERENCES campaign,
                what TEXT NOT NULL,
                first TEXT NOT NULL,
                second TEXT NOT NULL,
                location TEXT NOT NULL,
                first_seen INTEGER NOT NULL,
                UNIQUE (campaign, what, first, second, location));
            CREATE TABLE change (
                series INTEGER NOT NULL REFERENCES series,
                at INTEGER NOT NULL,
                value INTEGER, -- null: it was not there, or too old to be served
                PRIMARY KEY (series, at)) WITHOUT ROWID;
            """,
        """
            CREATE TABLE clock (
                id INTEGER PRIMARY KEY CHECK (id = 1),
                at INTEGER NOT NULL); -- HistoryClock; 0 while nothing is there that could age
            INSERT INTO clock SELECT 1, coalesce(max(last_success), 0) FROM campaign;
            """,
        """
            ALTER TABLE campaign ADD COLUMN gone INTEGER NOT NULL DEFAULT 0; -- 1: a list or the configuration has taken it away
            -- Until now that was told by the time: no attempt for two days before the last one of the account.
            UPDATE campaign SET gone = 1 WHERE max(last_success, coalesce(last_attempt, 0)) + 172800000 <
                (SELECT max(max(last_success, coalesce(last_attempt, 0))) FROM campaign AS other
                    WHERE other.account = campaign.account
                    AND max(last_success, coalesce(last_attempt, 0)) <= strftime('%s', 'now') * 1000);
            ALTER TABLE account ADD COLUMN pages TEXT NOT NULL DEFAULT ''; -- 'known': every page that was told; 'damaged': some may not be
            -- Until now whatever was walked was told.
            UPDATE account SET pages = 'known' WHERE EXISTS
                (SELECT 1 FROM campaign WHERE campaign.account = account.id AND kind = 0 AND NOT gone AND length(walk) > 0);
            """,
        """
            ALTER TABLE campaign RENAME COLUMN gone TO gone_as_number;
            ALTER TABLE campaign ADD COLUMN gone TEXT NOT NULL DEFAULT ''; -- 'gone': one changed bit of a number would be another number
            UPDATE campaign SET gone = 'gone' WHERE gone_as_number;
            ALTER TABLE campaign DROP COLUMN gone_as_number;
            """,
        """
            ALTER TABLE clock ADD COLUMN ran INTEGER NOT NULL DEFAULT 0; -- HistoryClock: for how long the program has run
            -- Changes whose time is between these two are not of that time, but from when the program had run for so long.
            CREATE TABLE misdated (first INTEGER NOT NULL, last INTEGER NOT NULL, ran INTEGER NOT NULL);
            """,
    ];

    /// <summary>
    /// Marks a store that replaces an unreadable one: an account that it does not contain may have had pages. No real account has these
    /// names.
    /// </summary>
    public const string Doubt = "INSERT INTO account (base_url, name, on_behalf_of, pages) VALUES ('any', 'any', 'any', 'damaged')";

    /// <summary>Brings a database to the newest version: all steps or none.</summary>
    /// <param name="isReplacement">Whether a new database replaces one that could not be read.</param>
    /// <exception cref="NotSupportedException">A newer program wrote it; it stays unchanged.</exception>
    /// <exception cref="InvalidDataException">It belongs to another program.</exception>
    public static void Migrate(SqliteConnection connection, IReadOnlyList<string> steps, bool isReplacement = false)
    {
        var version = connection.Scalar("PRAGMA user_version");
        var isNew = IsNew(connection);
        if (IsOfAnother(connection))
        {
            throw new InvalidDataException("it is a database of another program");
        }

        if (version > steps.Count)
        {
            throw new NotSupportedException($"it has version {version}, written by a newer program; this one knows version {steps.Count}");
        }

        if (isNew)
        {
            // Both settings work only before the first table exists. They let a pruned store return its room to the disk.
            connection.Execute("PRAGMA page_size = 4096; PRAGMA auto_vacuum = INCREMENTAL");
        }

        // A confirmed save survives a power cut. Only the writer waits for the disk.
        connection.Execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
        if (version == steps.Count)
        {
            return;
        }

        using var transaction = connection.BeginTransaction();
        foreach (var step in steps.Skip((int)version))
        {
            connection.Execute(step, transaction);
        }

        if (isNew && isReplacement)
        {
            connection.Execute(Doubt, transaction);
        }

        connection.Execute($"PRAGMA application_id = {ApplicationId}; PRAGMA user_version = {steps.Count}", transaction);
        transaction.Commit();
    }

    /// <summary>Whether another program made the database.</summary>
    public static bool IsOfAnother(SqliteConnection connection) =>
        !IsNew(connection) && connection.Scalar("PRAGMA application_id") != ApplicationId;

    /// <summary>Whether a database is this program's, of the newest version.</summary>
    public static bool IsCurrent(SqliteConnection connection) =>
        connection.Scalar("PRAGMA application_id") == ApplicationId && connection.Scalar("PRAGMA user_version") == Steps.Count;

    /// <summary>Whether a database has the tables, columns and indexes of its version. One of a newer version is not looked at.</summary>
    public static bool HasItsTables(SqliteConnection connection)
    {
        var version = (int)connection.Scalar("PRAGMA user_version");
        if (IsNew(connection) || version > Steps.Count)
        {
            return true;
        }

        using var asMade = new SqliteConnection("Data Source=:memory:");
        asMade.Open();
        foreach (var step in Steps.Take(version))
        {
            asMade.Execute(step);
        }

        return Describe(asMade).SequenceEqual(Describe(connection), StringComparer.Ordinal);
    }

    private static bool IsNew(SqliteConnection connection) =>
        connection.Scalar("PRAGMA user_version") == 0 && connection.Scalar("SELECT count(*) FROM sqlite_master") == 0;

    private static List<string> Describe(SqliteConnection connection)
    {
        using var select = connection.Prepare(
            """
            SELECT made.type || ' ' || made.name || ' ' || tbl_name || ' '
              || coalesce(each.name || ' ' || each.type || ' ' || each."notnull", '')
            FROM sqlite_master AS made LEFT JOIN pragma_table_info(made.name) AS each ON made.type = 'table'
            WHERE made.name NOT LIKE 'sqlite_stat%' ORDER BY made.type, made.name, each.cid
            """,
            transaction: null
        );
        using var rows = select.ExecuteReader();
        var found = new List<string>();
        while (rows.Read())
        {
            found.Add($"{rows.GetValue(0)}");
        }

        return found;
    }
}
