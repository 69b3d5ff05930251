using Exporter.Snapshots;
using Microsoft.Data.Sqlite;

namespace Exporter.History;

/// <summary>
/// Reads what was observed, on a connection of its own: it neither waits for the writer nor holds it up. Each list is read page by page and
/// each total by itself, so that what lies in memory does not depend on what is stored, and no reading holds the write-ahead log for long.
/// </summary>
internal sealed class HistoryReader : IDisposable
{
    /// <summary>Series in memory at a time.</summary>
    private const int Page = 500;

    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _observations;
    private readonly IDisposable? _file;

    private HistoryReader(SqliteConnection connection, IDisposable? file = null)
    {
        (_connection, _file) = (connection, file);

        // The last change at or before the beginning, and then, again and again, the last one of the stretch in which the next one lies.
        _observations = connection.Prepare(
            """
            WITH RECURSIVE seen(at) AS (
                SELECT coalesce((SELECT max(at) FROM change WHERE series = $series AND at <= $from), $from)
                UNION ALL
                SELECT (SELECT max(at) FROM change WHERE series = $series AND at <= min(
                    $to,
                    $from + ((SELECT min(at) FROM change WHERE series = $series AND at > seen.at) - $from + $step - 1) / $step * $step))
                FROM seen WHERE EXISTS (SELECT 1 FROM change WHERE series = $series AND at > seen.at AND at <= $to))
            SELECT change.at, value FROM seen JOIN change ON change.series = $series AND change.at = seen.at
            """,
            transaction: null,
            "$series",
            "$from",
            "$to",
            "$step"
        );
    }

    /// <exception cref="SqliteException">The database cannot be opened.</exception>
#pragma warning disable CA2000 // The reader owns what it reads from.
    public static HistoryReader Open(string file) => new(Connect(file));

    /// <summary>The same of a store that nobody may hold and that may lie where nothing can be written.</summary>
    /// <exception cref="SqliteException">The database cannot be opened.</exception>
    public static HistoryReader OpenAtRest(string file)
    {
        var copy = StoreAtRest.Readable(file);
        try
        {
            return new HistoryReader(Connect(copy.DataSource), copy);
        }
        catch
        {
            copy.Dispose();
            throw;
        }
    }
#pragma warning restore CA2000

    /// <summary>What was observed of one campaign, all of it at once.</summary>
    /// <param name="file">The database.</param>
    /// <param name="account">The account.</param>
    /// <param name="kind">Which kind of campaign.</param>
    /// <param name="id">Its id.</param>
    /// <param name="from">Changes before it are left out, but for the last one: it is the value at the beginning.</param>
    /// <param name="to">Changes after it are left out.</param>
    /// <param name="what">Only these totals (<see cref="SeriesKey.What"/>); <see langword="null"/> is all.</param>
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

    /// <summary>The campaigns of an account of which something was observed, and the end of the last complete walk of each.</summary>
    public IReadOnlyList<(CampaignKind Kind, string Id, DateTimeOffset LastSuccess)> Campaigns(AccountIdentity account)
    {
        using var select = _connection.Prepare(
            """
            SELECT kind, campaign_id, last_success FROM account JOIN campaign ON campaign.account = account.id
            WHERE base_url = $base_url AND account.name = $name AND on_behalf_of = $on_behalf_of
            ORDER BY kind, campaign_id
            """,
            transaction: null,
            "$base_url",
            "$name",
            "$on_behalf_of"
        );
        using var rows = select.Bind(account.BaseUrl, account.Name, account.OnBehalfOf).ExecuteReader();
        var campaigns = new List<(CampaignKind, string, DateTimeOffset)>();
        while (rows.Read())
        {
            campaigns.Add(((CampaignKind)rows.GetInt32(0), rows.GetString(1), DateTimeOffset.FromUnixTimeMilliseconds(rows.GetInt64(2))));
        }

        return campaigns;
    }

    /// <summary>What was saved of an account; see <see cref="SavedWalks"/>.</summary>
    public SavedAccount Saved(AccountIdentity account, LinksOptions links, DateTimeOffset now) =>
        SavedWalks.Read(_connection, account, links, now, CancellationToken.None);

    /// <summary>How many totals of a campaign were observed, and when the first of them was first seen.</summary>
    public (long Count, DateTimeOffset? FirstSeen) Extent(AccountIdentity account, CampaignKind kind, string id, string what)
    {
        using var extent = _connection.Prepare(
            "SELECT count(*), min(first_seen) FROM series WHERE campaign = $campaign AND what = $what",
            transaction: null,
            "$campaign",
            "$what"
        );
        var (count, firsts) = (0L, new List<long>());
        foreach (var campaign in RowsOf(account, kind, id))
        {
            using var row = extent.Bind(campaign, what).ExecuteReader();
            row.Read();
            count += row.GetInt64(0);
            if (!row.IsDBNull(1))
            {
                firsts.Add(row.GetInt64(1));
            }
        }

        return (count, firsts.Count == 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(firsts.Min()));
    }

    /// <summary>The totals of a campaign of which something was observed, by email and place.</summary>
    /// <param name="account">The account.</param>
    /// <param name="kind">Which kind of campaign.</param>
    /// <param name="id">Its id.</param>
    /// <param name="what">Only these totals (<see cref="SeriesKey.What"/>); <see langword="null"/> is all.</param>
    public IEnumerable<StoredSeries> Series(AccountIdentity account, CampaignKind kind, string id, string? what)
    {
        foreach (var campaign in RowsOf(account, kind, id))
        {
            var (page, last) = (NextPage(campaign, what, after: null), (StoredSeries?)null);
            while (page.Count > 0)
            {
                foreach (var series in page)
                {
                    yield return last = series;
                }

                page = page.Count < Page ? [] : NextPage(campaign, what, last);
            }
        }
    }

    /// <summary>
    /// What was observed of one total, in time order: the last value at or before <paramref name="from"/>, and what came then.
    /// </summary>
    /// <param name="series">The total.</param>
    /// <param name="from">Changes before it are left out, but for the last one: it is the value at the beginning.</param>
    /// <param name="to">Changes after it are left out.</param>
    /// <param name="every">
    /// Of each stretch of this length from <paramref name="from"/> on only the last change, which costs as much as there are stretches with
    /// changes, however many lie in them; <see langword="null"/> is every change.
    /// </param>
    public IEnumerable<Observation> Observations(StoredSeries series, DateTimeOffset from, DateTimeOffset to, TimeSpan? every)
    {
        // A stretch that is longer than the whole must not end beyond all numbers.
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

    /// <summary>
    /// The totals of each link of a campaign at some moments, by one lookup each: what that costs does not depend on how much was observed.
    /// </summary>
    /// <param name="account">The account.</param>
    /// <param name="kind">Which kind of campaign.</param>
    /// <param name="id">Its id.</param>
    /// <param name="moments">The moments, a few dozen at most.</param>
    public IEnumerable<LinkCourse> Courses(AccountIdentity account, CampaignKind kind, string id, IReadOnlyList<DateTimeOffset> moments)
    {
        var columns = moments.Select(
            (_, i) => $", (SELECT value FROM change WHERE series = link.id AND at <= $at{i} AND value IS NOT NULL ORDER BY at DESC LIMIT 1)"
        );
        using var select = _connection.Prepare(
            $"""
            SELECT first, second, location, (SELECT max(at) FROM change WHERE series = link.id){string.Concat(columns)}
            FROM series AS link WHERE campaign = $campaign AND what = '{SeriesKey.LinkClicks}'
            """,
            transaction: null,
            ["$campaign", .. moments.Select((_, i) => $"$at{i}")]
        );
        foreach (var campaign in RowsOf(account, kind, id))
        {
            using var rows = select.Bind([campaign, .. moments.Select(at => (object)at.ToUnixTimeMilliseconds())]).ExecuteReader();
            while (rows.Read())
            {
                if (!rows.IsDBNull(3))
                {
                    yield return new LinkCourse(
                        new EmailKey(rows.GetString(0), rows.GetString(1)),
                        rows.GetString(2),
                        DateTimeOffset.FromUnixTimeMilliseconds(rows.GetInt64(3)),
                        [
                            .. Enumerable
                                .Range(4, moments.Count)
                                .Select(column => rows.IsDBNull(column) ? (long?)null : rows.GetInt64(column)),
                        ]
                    );
                }
            }
        }
    }

    public void Dispose()
    {
        _observations.Dispose();
        _connection.Dispose();
        _file?.Dispose();
    }

    private List<long> RowsOf(AccountIdentity account, CampaignKind kind, string id)
    {
        using var select = _connection.Prepare(
            """
            SELECT campaign.id FROM account
            JOIN campaign ON campaign.account = account.id AND kind = $kind AND campaign_id = $id COLLATE NOCASE
            WHERE base_url = $base_url AND account.name = $name AND on_behalf_of = $on_behalf_of
            """,
            transaction: null,
            "$base_url",
            "$name",
            "$on_behalf_of",
            "$kind",
            "$id"
        );
        using var rows = select.Bind(account.BaseUrl, account.Name, account.OnBehalfOf, (long)kind, id).ExecuteReader();
        var found = new List<long>();
        while (rows.Read())
        {
            found.Add(rows.GetInt64(0));
        }

        return found;
    }

    private List<StoredSeries> NextPage(long campaign, string? what, StoredSeries? after)
    {
        using var select = _connection.Prepare(
            """
            SELECT id, what, first, second, location, first_seen FROM series
            WHERE campaign = $campaign AND ($what IS NULL OR what = $what)
                AND (what, first, second, length(location), location, id)
                    > ($after_what, $first, $second, length($location), $location, $id)
            ORDER BY what, first, second, length(location), location, id
            LIMIT $page
            """,
            transaction: null,
            "$campaign",
            "$what",
            "$after_what",
            "$first",
            "$second",
            "$location",
            "$id",
            "$page"
        );
        var key = after?.Key ?? new SeriesKey("", "", "", "");
        using var rows = select
            .Bind(campaign, what, key.What, key.First, key.Second, key.Location, after?.Id ?? 0, (long)Page)
            .ExecuteReader();
        var page = new List<StoredSeries>();
        while (rows.Read())
        {
            page.Add(
                new StoredSeries(
                    rows.GetInt64(0),
                    new SeriesKey(rows.GetString(1), rows.GetString(2), rows.GetString(3), rows.GetString(4)),
                    DateTimeOffset.FromUnixTimeMilliseconds(rows.GetInt64(5))
                )
            );
        }

        return page;
    }

    private static SqliteConnection Connect(string source)
    {
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder
            {
                DataSource = source,
                Mode = SqliteOpenMode.ReadOnly,
                Pooling = false,
                DefaultTimeout = 1,
            }.ToString()
        );
        try
        {
            connection.Open();

            // Nothing is read before the first statement, and every page would stay: the default is 2 MB for each reader.
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
