using Exporter.Snapshots;
using Microsoft.Data.Sqlite;

namespace Exporter.History;

/// <summary>A total at a moment; <see langword="null"/> when it was not there from then on, or too old to be served.</summary>
internal readonly record struct Observation(DateTimeOffset At, long? Value);

/// <summary>What was observed of one total, in time order.</summary>
/// <param name="Key">What it counts.</param>
/// <param name="FirstSeen">When it was first seen.</param>
/// <param name="Observations">Each change of it.</param>
internal sealed record ObservedSeries(SeriesKey Key, DateTimeOffset FirstSeen, IReadOnlyList<Observation> Observations);

/// <summary>Reads what was observed, on a connection of its own: it neither waits for the writer nor holds it up.</summary>
internal static class HistoryReader
{
    private const string All =
        "change.at <= $to AND change.at >= coalesce((SELECT max(at) FROM change AS before WHERE before.series = wanted.id AND before.at <= $from), $from)";

    private const string LastOfEach =
        "change.at IN (SELECT (SELECT max(at) FROM change AS before WHERE before.series = wanted.id AND before.at <= mark.at) FROM mark)";

    /// <summary>The campaigns of an account of which something was observed, and the end of the last complete walk of each.</summary>
    public static IReadOnlyList<(CampaignKind Kind, string Id, DateTimeOffset LastSuccess)> Campaigns(string file, AccountIdentity account)
    {
        using var connection = Open(file);
        using var select = connection.Prepare(
            """
            SELECT kind, campaign_id, last_success FROM account JOIN campaign ON campaign.account = account.id
            WHERE base_url = $base_url AND account.name = $name AND on_behalf_of = $on_behalf_of
            ORDER BY kind, campaign_id
            """,
            transaction: null,
            "$base_url", "$name", "$on_behalf_of");
        using var rows = select.With(account.BaseUrl, account.Name, account.OnBehalfOf).ExecuteReader();
        var campaigns = new List<(CampaignKind, string, DateTimeOffset)>();
        while (rows.Read())
        {
            campaigns.Add(((CampaignKind)rows.GetInt32(0), rows.GetString(1), DateTimeOffset.FromUnixTimeMilliseconds(rows.GetInt64(2))));
        }

        return campaigns;
    }

    /// <summary>What was observed of one campaign.</summary>
    /// <param name="file">The database.</param>
    /// <param name="account">The account.</param>
    /// <param name="kind">Which kind of campaign.</param>
    /// <param name="id">Its id.</param>
    /// <param name="from">Changes before it are left out, but for the last one: it is the value at the beginning.</param>
    /// <param name="to">Changes after it are left out.</param>
    /// <param name="what">Only these totals (<see cref="SeriesKey.What"/>); <see langword="null"/> is all.</param>
    /// <param name="every">
    /// Of each stretch of this length from <paramref name="from"/> on only the last change, which costs as much as there are stretches,
    /// however many changes lie in them; <see langword="null"/> is every change.
    /// </param>
    /// <exception cref="SqliteException">The database cannot be read.</exception>
    public static IReadOnlyList<ObservedSeries> Read(
        string file, AccountIdentity account, CampaignKind kind, string id, DateTimeOffset from, DateTimeOffset to, string? what = null, TimeSpan? every = null)
    {
        using var connection = Open(file);
        using var select = connection.Prepare(
            $"""
            WITH RECURSIVE wanted AS (
                SELECT series.id, what, first, second, location, first_seen
                FROM account
                JOIN campaign ON campaign.account = account.id AND kind = $kind AND campaign_id = $id COLLATE NOCASE
                JOIN series ON series.campaign = campaign.id AND ($what IS NULL OR what = $what)
                WHERE base_url = $base_url AND account.name = $name AND on_behalf_of = $on_behalf_of),
            mark(at) AS (
                SELECT $from UNION ALL SELECT min(at + $every, $to) FROM mark WHERE at < $to)
            SELECT wanted.id, what, first, second, location, first_seen, change.at, value
            FROM wanted JOIN change ON change.series = wanted.id AND {(every is null ? All : LastOfEach)}
            ORDER BY what, first, second, length(location), location, wanted.id, change.at
            """,
            transaction: null,
            "$base_url", "$name", "$on_behalf_of", "$kind", "$id", "$from", "$to", "$what", "$every");
        using var rows = select
            .With(
                account.BaseUrl, account.Name, account.OnBehalfOf, (long)kind, id, from.ToUnixTimeMilliseconds(), to.ToUnixTimeMilliseconds(), what,
                (long?)every?.TotalMilliseconds)
            .ExecuteReader();
        var found = new List<ObservedSeries>();
        var (current, observations) = (0L, new List<Observation>());
        while (rows.Read())
        {
            if (rows.GetInt64(0) != current)
            {
                (current, observations) = (rows.GetInt64(0), []);
                found.Add(new ObservedSeries(
                    new SeriesKey(rows.GetString(1), rows.GetString(2), rows.GetString(3), rows.GetString(4)),
                    DateTimeOffset.FromUnixTimeMilliseconds(rows.GetInt64(5)),
                    observations));
            }

            observations.Add(new Observation(DateTimeOffset.FromUnixTimeMilliseconds(rows.GetInt64(6)), rows.IsDBNull(7) ? null : rows.GetInt64(7)));
        }

        return found;
    }

    private static SqliteConnection Open(string file)
    {
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = file, Mode = SqliteOpenMode.ReadOnly, Pooling = false, DefaultTimeout = 1 }.ToString());
        connection.Open();
        return connection;
    }
}
