using Exporter.Snapshots;
using Microsoft.Data.Sqlite;

namespace Exporter.History;

/// <summary>
/// Reads observations on a connection of its own, so that reader and writer never wait for each other. It reads each total by itself.
/// So its memory hardly depends on the size of the store (the ids of one account's campaigns and one campaign's totals), and no read
/// holds the write-ahead log for long. It meets only <see cref="ReadableRows"/>.
/// </summary>
internal sealed class HistoryReader : IDisposable
{
    private const int ReadOnly = 8;
    private static readonly string WithoutLocks = OperatingSystem.IsWindows() ? "win32-none" : "unix-none";

    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _observations;
    private readonly CampaignRows _campaigns;

    private HistoryReader(SqliteConnection connection)
    {
        _connection = connection;
        _campaigns = new CampaignRows(connection, transaction: null, ReadableRows.Campaigns);

        // CROSS JOIN keeps SQLite from reading every change of the series for each step.
        // The query finds the last change at or before the beginning. Then, repeatedly, it finds the last change of the step in which the
        // next change lies.
        _observations = connection.Prepare(
            $"""
            WITH RECURSIVE seen(at) AS (
                SELECT coalesce((SELECT max(at) FROM {ReadableRows.Changes} WHERE series = $series AND at <= $from), $from)
                UNION ALL
                SELECT (SELECT max(at) FROM {ReadableRows.Changes} WHERE series = $series AND at <= min(
                    $to,
                    $from + ((SELECT min(at) FROM {ReadableRows.Changes} WHERE series = $series AND at > seen.at) - $from + $step - 1)
                        / $step * $step))
                FROM seen WHERE EXISTS (SELECT 1 FROM {ReadableRows.Changes} WHERE series = $series AND at > seen.at AND at <= $to))
            SELECT changed.at, value FROM seen CROSS JOIN {ReadableRows.Changes} AS changed
            WHERE changed.series = $series AND changed.at = seen.at
            """,
            transaction: null,
            "$series",
            "$from",
            "$to",
            "$step"
        );
    }

    /// <exception cref="SqliteException">The database cannot be opened.</exception>
    /// <exception cref="IOException">One of its files is no file.</exception>
    public static HistoryReader Open(string file)
    {
        StoreDirectory.RefuseWaiting(file);
        return new(Connect(file));
    }

    /// <summary>
    /// Opens a store that no process holds, even in a read-only directory or on a full disk. SQLite normally has to write there: it creates
    /// an index of the write-ahead log, even when there is no log.
    /// </summary>
    /// <exception cref="SqliteException">The database cannot be opened.</exception>
    /// <exception cref="IOException">One of its files is no file.</exception>
    public static HistoryReader OpenAtRest(string file)
    {
        try
        {
            return Open(file);
        }
        catch (SqliteException e)
            when ((e.SqliteErrorCode == ReadOnly || StoreErrors.MayLackRoom(e)) && !StoreDirectory.IsHeld(Path.GetDirectoryName(file)!))
        {
            var database = StoreDirectory.FileBehind(file).FullName;
            return new FileInfo(StoreDirectory.LogOf(file)) is { Exists: true, Length: > 0 }
                ? new(Connect(database, WithoutLocks))
                : new(Connect(Immutable(database)));
        }
    }

    /// <summary>Reads all observations of one campaign.</summary>
    /// <param name="from">The beginning. Earlier changes are left out, except the last one, which gives the value at the beginning.</param>
    /// <param name="to">The end. Later changes are left out.</param>
    /// <param name="what">The totals to read (<see cref="SeriesKey.What"/>); <see langword="null"/> for all.</param>
    /// <param name="every">See <see cref="Observations"/>.</param>
    /// <exception cref="SqliteException">The database cannot be read.</exception>
    public static IReadOnlyList<ObservedSeries> Read(
        string file,
        AccountIdentity account,
        CampaignKind kind,
        string id,
        DateTimeOffset from,
        DateTimeOffset to,
        string? what = null,
        TimeSpan? every = null
    )
    {
        using var reader = Open(file);
        return reader.Read(account, kind, id, from, to, what, every);
    }

    /// <inheritdoc cref="Read(string, AccountIdentity, CampaignKind, string, DateTimeOffset, DateTimeOffset, string?, TimeSpan?)"/>
    public IReadOnlyList<ObservedSeries> Read(
        AccountIdentity account,
        CampaignKind kind,
        string id,
        DateTimeOffset from,
        DateTimeOffset to,
        string? what = null,
        TimeSpan? every = null
    ) =>
        [
            .. Series(account, kind, id, what)
                .Select(series => new ObservedSeries(series.Key, series.FirstSeen, [.. Observations(series, from, to, every)]))
                .Where(static series => series.Observations.Count > 0),
        ];

    /// <summary>Returns the observed campaigns of an account, and the end of the last complete walk of each.</summary>
    public IReadOnlyList<(CampaignKind Kind, string Id, DateTimeOffset LastSuccess)> Campaigns(AccountIdentity account)
    {
        using var select = _connection.Prepare(
            $"""
            SELECT kind, campaign_id, last_success FROM account
            JOIN {ReadableRows.Campaigns} AS campaign ON campaign.account = account.id
            WHERE base_url = $base_url AND account.name = $name AND on_behalf_of = $on_behalf_of {CampaignRows.NewestFirst}
            """,
            transaction: null,
            "$base_url",
            "$name",
            "$on_behalf_of"
        );
        using var rows = select.Bind(account.BaseUrl, account.Name, account.OnBehalfOf).ExecuteReader();
        var campaigns = new List<(CampaignKind Kind, string Id, DateTimeOffset LastSuccess)>();
        while (rows.Read())
        {
            campaigns.Add(((CampaignKind)rows.GetInt32(0), rows.GetString(1), DateTimeOffset.FromUnixTimeMilliseconds(rows.GetInt64(2))));
        }

        return
        [
            .. campaigns
                .DistinctBy(static campaign => new CampaignKey(campaign.Kind, campaign.Id))
                .OrderBy(static campaign => campaign.Kind)
                .ThenBy(static campaign => campaign.Id, StringComparer.Ordinal),
        ];
    }

    /// <summary>Whether this version of the program wrote the store: its tables mean what this code expects.</summary>
    public bool IsCurrent => Schema.IsCurrent(_connection);

    /// <summary>Returns the saved state of an account; see <see cref="SavedWalks"/>.</summary>
    public SavedAccount Saved(AccountIdentity account, DateTimeOffset now) =>
        SavedWalks.Read(_connection, account, now, CancellationToken.None);

    /// <summary>Returns the number of observed totals of a campaign, and the first time that one was seen.</summary>
    public (long Count, DateTimeOffset? FirstSeen) Extent(AccountIdentity account, CampaignKind kind, string id, string what)
    {
        using var extent = _connection.Prepare(
            $"SELECT count(*), min(first_seen) FROM {ReadableRows.Series} WHERE campaign = $campaign AND what = $what",
            transaction: null,
            "$campaign",
            "$what"
        );
        using var row = extent.Bind(RowOf(account, kind, id), what).ExecuteReader();
        row.Read();
        return (row.GetInt64(0), row.IsDBNull(1) ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(1)));
    }

    /// <summary>Returns the observed totals of a campaign, by email and place.</summary>
    /// <param name="what">The totals to read (<see cref="SeriesKey.What"/>); <see langword="null"/> for all.</param>
    public IEnumerable<StoredSeries> Series(AccountIdentity account, CampaignKind kind, string id, string? what)
    {
        // The ids are read at once, in their order. Pages by the key of the last row would end, or never end, at a key that a text cannot
        // hold.
        using var select = _connection.Prepare(
            $"""
            SELECT id FROM {ReadableRows.Series} WHERE campaign = $campaign AND ($what IS NULL OR what = $what)
            ORDER BY what, first, second, length(location), location, id
            """,
            transaction: null,
            "$campaign",
            "$what"
        );
        using var series = _connection.Prepare(
            $"SELECT what, first, second, location, first_seen FROM {ReadableRows.Series} WHERE id = $id",
            transaction: null,
            "$id"
        );
        foreach (var row in Numbers(select.Bind(RowOf(account, kind, id), what)))
        {
            // Pruning may have dropped it meanwhile.
            if (Find(series.Bind(row), row) is { } found)
            {
                yield return found;
            }
        }
    }

    /// <summary>
    /// Returns the observations of one total in time order: the last value at or before <paramref name="from"/>, and the changes after it.
    /// </summary>
    /// <param name="from">The beginning. Earlier changes are left out, except the last one, which gives the value at the beginning.</param>
    /// <param name="to">The end. Later changes are left out.</param>
    /// <param name="every">
    /// The length of a step from <paramref name="from"/> on; only the last change of each step is returned. The cost grows with the number
    /// of steps that contain changes, not with the number of changes. <see langword="null"/> returns every change.
    /// </param>
    public IEnumerable<Observation> Observations(StoredSeries series, DateTimeOffset from, DateTimeOffset to, TimeSpan? every)
    {
        // The step is at most the whole range, so that its end does not overflow.
        var step = Math.Clamp((long?)every?.TotalMilliseconds ?? 1, 1, Math.Max(1, (long)(to - from).TotalMilliseconds));
        using var rows = _observations.Bind(series.Id, from.ToUnixTimeMilliseconds(), to.ToUnixTimeMilliseconds(), step).ExecuteReader();
        while (rows.Read())
        {
            yield return new Observation(
                DateTimeOffset.FromUnixTimeMilliseconds(rows.GetInt64(0)),
                rows.IsDBNull(1) ? null : rows.GetInt64(1)
            );
        }
    }

    /// <summary>Returns all changes of a campaign's totals up to a time, in time order.</summary>
    /// <param name="what">The totals to read (<see cref="SeriesKey.What"/>).</param>
    /// <remarks>A day at a time is sorted: what months of a large campaign hold would not fit into a small container.</remarks>
    public IEnumerable<(SeriesKey Key, Observation Seen)> Changes(
        AccountIdentity account,
        CampaignKind kind,
        string id,
        string what,
        DateTimeOffset to
    )
    {
        using var first = _connection.Prepare(
            $"""
            SELECT min((SELECT min(at) FROM {ReadableRows.Changes} WHERE series = total.id AND at > $after))
            FROM {ReadableRows.Series} AS total WHERE campaign = $campaign AND what = $what
            """,
            transaction: null,
            "$after",
            "$campaign",
            "$what"
        );
        using var select = _connection.Prepare(
            $"""
            SELECT first, second, location, at, value
            FROM {ReadableRows.Series} AS total CROSS JOIN {ReadableRows.Changes} AS changed ON changed.series = total.id
            WHERE campaign = $campaign AND what = $what AND at BETWEEN $from AND $to ORDER BY at
            """,
            transaction: null,
            "$campaign",
            "$what",
            "$from",
            "$to"
        );
        var (campaign, end) = (RowOf(account, kind, id), to.ToUnixTimeMilliseconds());
        for (var after = long.MinValue; first.Bind(after, campaign, what).ExecuteScalar() is long from && from <= end; )
        {
            after = Math.Min(end, from + (long)TimeSpan.FromDays(1).TotalMilliseconds);
            using var rows = select.Bind(campaign, what, from, after).ExecuteReader();
            while (rows.Read())
            {
                yield return (
                    new SeriesKey(what, rows.GetString(0), rows.GetString(1), rows.GetString(2)),
                    new Observation(DateTimeOffset.FromUnixTimeMilliseconds(rows.GetInt64(3)), rows.IsDBNull(4) ? null : rows.GetInt64(4))
                );
            }
        }
    }

    /// <summary>Returns the campaign that was saved last; <see langword="null"/> when there is none that can be read.</summary>
    public CampaignSnapshot? Saved(AccountIdentity account, CampaignKind kind, string id)
    {
        using var select = _connection.Prepare(SavedRow.Select, transaction: null, "$id");
        try
        {
            return SavedWalks.Read(select, RowOf(account, kind, id), account);
        }
        catch (SqliteException e) when (StoreErrors.MayBeDamage(e))
        {
            return null;
        }
    }

    /// <summary>
    /// Returns the totals of each link of a campaign at some moments, by one lookup each. The cost does not depend on the number of
    /// observations.
    /// </summary>
    /// <param name="moments">The moments, a few dozen at most.</param>
    public IEnumerable<LinkCourse> Courses(AccountIdentity account, CampaignKind kind, string id, IReadOnlyList<DateTimeOffset> moments)
    {
        var columns = moments.Select(
            (_, i) =>
                $", (SELECT value FROM {ReadableRows.Changes} "
                + $"WHERE series = link.id AND at <= $at{i} AND value IS NOT NULL ORDER BY at DESC LIMIT 1)"
        );
        using var select = _connection.Prepare(
            $"""
            SELECT first, second, location, (SELECT max(at) FROM {ReadableRows.Changes} WHERE series = link.id){string.Concat(columns)}
            FROM {ReadableRows.Series} AS link WHERE campaign = $campaign AND what = '{SeriesKey.LinkClicks}'
            """,
            transaction: null,
            ["$campaign", .. moments.Select((_, i) => $"$at{i}")]
        );
        using var rows = select
            .Bind([RowOf(account, kind, id), .. moments.Select(at => (object)at.ToUnixTimeMilliseconds())])
            .ExecuteReader();
        while (rows.Read())
        {
            if (!rows.IsDBNull(3))
            {
                yield return new LinkCourse(
                    new EmailKey(rows.GetString(0), rows.GetString(1)),
                    rows.GetString(2),
                    DateTimeOffset.FromUnixTimeMilliseconds(rows.GetInt64(3)),
                    [.. Enumerable.Range(4, moments.Count).Select(column => rows.IsDBNull(column) ? (long?)null : rows.GetInt64(column))]
                );
            }
        }
    }

    public void Dispose()
    {
        _observations.Dispose();
        _connection.Dispose();
    }

    /// <summary>The row of a campaign; 0, which no row has, when there is none.</summary>
    private long RowOf(AccountIdentity account, CampaignKind kind, string id) => _campaigns.Find(account, new CampaignKey(kind, id)) ?? 0;

    private static List<long> Numbers(SqliteCommand select)
    {
        using var rows = select.ExecuteReader();
        var found = new List<long>();
        while (rows.Read())
        {
            found.Add(rows.GetInt64(0));
        }

        return found;
    }

    private static StoredSeries? Find(SqliteCommand select, long id)
    {
        using var row = select.ExecuteReader();
        return row.Read()
            ? new StoredSeries(
                id,
                new SeriesKey(row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3)),
                DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(4))
            )
            : null;
    }

    /// <summary>Without a log, everything is in one file, and no process changes it.</summary>
    private static string Immutable(string file) =>
        $"file:{Uri.EscapeDataString(Path.GetFullPath(file)).Replace("%2F", "/", StringComparison.Ordinal)}?immutable=1";

    /// <param name="vfs">
    /// <see cref="WithoutLocks"/> for a file that no process changes. SQLite then keeps the index of the write-ahead log in memory, as for
    /// whoever has the file alone (https://www.sqlite.org/wal.html#noshm). <see langword="null"/> for SQLite's default.
    /// </param>
    private static SqliteConnection Connect(string source, string? vfs = null)
    {
        var connection = SqliteShorthand.Open(source, SqliteOpenMode.ReadOnly, vfs);
        try
        {
            if (vfs is not null)
            {
                // The log belongs to whoever writes the store next: to close it must not move it into the database.
                _ = SQLitePCL.raw.sqlite3_db_config(connection.Handle!, SQLitePCL.raw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, out _);
                connection.Execute("PRAGMA locking_mode = EXCLUSIVE");
            }

            // SQLite reads nothing before the first statement, so run one. Then it keeps every page it reads: the default is 2 MB for each
            // reader.
            connection.Execute("PRAGMA cache_size = -512; SELECT count(*) FROM sqlite_master");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
