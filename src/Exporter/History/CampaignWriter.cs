using System.Security.Cryptography;
using Exporter.Snapshots;
using Microsoft.Data.Sqlite;

namespace Exporter.History;

/// <summary>The statements that write campaigns, prepared once per transaction.</summary>
internal sealed class CampaignWriter(SqliteConnection connection, SqliteTransaction transaction) : IDisposable
{
    private readonly SqliteCommand _series = connection.Prepare(
        "INSERT OR IGNORE INTO series (campaign, what, first, second, location, first_seen) VALUES ($campaign, $what, $first, $second, "
            + "$location, $at)",
        transaction,
        "$campaign",
        "$what",
        "$first",
        "$second",
        "$location",
        "$at"
    );

    private readonly SqliteCommand _change = connection.Prepare(
        """
        INSERT OR REPLACE INTO change (series, at, value)
        SELECT id, $at, $value FROM series
        WHERE campaign = $campaign AND what = $what AND first = $first AND second = $second AND location = $location
        """,
        transaction,
        "$campaign",
        "$what",
        "$first",
        "$second",
        "$location",
        "$at",
        "$value"
    );

    private readonly SqliteCommand _health = connection.Prepare(
        "UPDATE campaign SET up = $up, last_success = $last_success, last_attempt = $last_attempt, duration = $duration, pages = $pages, "
            + "reason = $reason, error = $error, seal = $seal, gone = $gone WHERE id = $id",
        transaction,
        "$id",
        "$up",
        "$last_success",
        "$last_attempt",
        "$duration",
        "$pages",
        "$reason",
        "$error",
        "$seal",
        "$gone"
    );

    private readonly SqliteCommand _walk = connection.Prepare(
        "UPDATE campaign SET walk = $walk WHERE id = $id",
        transaction,
        "$id",
        "$walk"
    );

    private readonly SqliteCommand _respell = connection.Prepare(
        "UPDATE campaign SET campaign_id = $campaign_id WHERE id = $id AND campaign_id <> $campaign_id",
        transaction,
        "$id",
        "$campaign_id"
    );

    private readonly CampaignRows _rows = new(connection, transaction, "campaign");

    /// <summary>The number of changes of totals written so far.</summary>
    public int Changed { get; private set; }

    /// <summary>Returns the row of a campaign; inserts one when there is none.</summary>
    public StoredRow Row(AccountIdentity account, CampaignSnapshot campaign)
    {
        var id = _rows.Find(account, campaign.Key) ?? Insert(account, campaign);

        // A row that was changed since counts as one without a walk. The next write replaces it.
        return Saved(id, account) is { Walk.Length: > 0, Health.LastSuccess: { } lastSuccess } saved
            ? new StoredRow(id, SHA256.HashData(saved.Walk), lastSuccess.ToUnixTimeMilliseconds())
            : new StoredRow(id, Digest: [], LastSuccess: 0);
    }

    /// <summary>Returns the totals of the walk in a row; none when it is not the one that was written.</summary>
    public Dictionary<SeriesKey, long> TotalsOf(StoredRow row, AccountIdentity account) =>
        row.Digest.Length > 0 && Saved(row.Id, account) is { } saved && StoredWalkMapper.TryUnpack(saved.Walk) is { } walk
            ? StoredWalkMapper.Totals(walk)
            : [];

    public void Health(StoredRow row, CampaignSnapshot campaign, byte[] seal)
    {
        // The seal is over the id as it is spelled now.
        _respell.Bind(row.Id, campaign.Id).ExecuteNonQuery();
        var health = campaign.Health;
        _health
            .Bind(
                row.Id,
                health.Up switch
                {
                    true => 1L,
                    false => 0L,
                    null => (long?)null,
                },
                health.LastSuccess!.Value.ToUnixTimeMilliseconds(),
                health.LastAttempt?.ToUnixTimeMilliseconds(),
                (long)health.Duration.TotalMilliseconds,
                (long)health.Pages,
                (long?)health.LastReason,
                health.LastError,
                seal,
                campaign.IsDelisted ? SavedWalks.Gone : ""
            )
            .ExecuteNonQuery();
    }

    public void Walk(StoredRow row, byte[] walk) => _walk.Bind(row.Id, walk).ExecuteNonQuery();

    /// <summary>Writes each total that has changed, and each that is gone.</summary>
    /// <param name="before">The totals that were written last.</param>
    /// <param name="after">The present totals.</param>
    /// <param name="at">The time since which they hold.</param>
    /// <param name="lapsed">
    /// The time at which the earlier totals became too old to serve; <see langword="null"/> if they did not. From that time on nothing was
    /// known.
    /// </param>
    /// <param name="isWhole">Whether all totals are written, changed or not.</param>
    public void Changes(
        StoredRow row,
        Dictionary<SeriesKey, long> before,
        Dictionary<SeriesKey, long> after,
        DateTimeOffset at,
        DateTimeOffset? lapsed,
        bool isWhole
    )
    {
        foreach (var (key, value) in after)
        {
            if (isWhole || lapsed is not null || !before.TryGetValue(key, out var known) || known != value)
            {
                _series.Bind(row.Id, key.What, key.First, key.Second, key.Location, at.ToUnixTimeMilliseconds()).ExecuteNonQuery();
                Change(row.Id, key, at, value);
            }
        }

        foreach (var key in before.Keys.Where(key => lapsed is not null || !after.ContainsKey(key)))
        {
            Change(row.Id, key, lapsed ?? at, value: null);
        }
    }

    /// <summary>Stores when changes were written, if their own time does not say it.</summary>
    /// <param name="at">The changes' time.</param>
    public void Written(DateTimeOffset at, HistoryClock clock) => Misdated.Record(connection, transaction, at, clock);

    /// <summary>Stores the time.</summary>
    public void Time(HistoryClock clock) => StoredClock.Write(connection, transaction, clock);

    public void Dispose()
    {
        _series.Dispose();
        _change.Dispose();
        _health.Dispose();
        _walk.Dispose();
        _respell.Dispose();
    }

    private long Insert(AccountIdentity account, CampaignSnapshot campaign)
    {
        using var insert = connection.Prepare(
            """
            INSERT OR IGNORE INTO account (base_url, name, on_behalf_of) VALUES ($base_url, $name, $on_behalf_of);
            INSERT INTO campaign (account, kind, campaign_id, last_success, duration, pages, walk, seal)
            SELECT id, $kind, $campaign_id, 0, 0, 0, x'', x'' FROM account
            WHERE base_url = $base_url AND name = $name AND on_behalf_of = $on_behalf_of
            RETURNING id;
            """,
            transaction,
            "$base_url",
            "$name",
            "$on_behalf_of",
            "$kind",
            "$campaign_id"
        );
        if (insert.Bind(account.BaseUrl, account.Name, account.OnBehalfOf, (long)campaign.Kind, campaign.Id).ExecuteScalar() is not long id)
        {
            throw new InvalidDataException("the row of an account that was just written is missing");
        }

        _rows.Add(account, campaign.Key, id);
        return id;
    }

    private SavedRow? Saved(long id, AccountIdentity account)
    {
        using var select = connection.Prepare(SavedRow.Select, transaction, "$id");
        using var row = select.Bind(id).ExecuteReader();
        return row.Read() ? SavedRow.Read(row, account) : null;
    }

    private void Change(long row, SeriesKey key, DateTimeOffset at, long? value)
    {
        _change.Bind(row, key.What, key.First, key.Second, key.Location, at.ToUnixTimeMilliseconds(), value).ExecuteNonQuery();
        Changed++;
    }
}
