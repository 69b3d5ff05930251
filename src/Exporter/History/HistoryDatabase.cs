using System.Collections.Immutable;
using System.Security.Cryptography;
using Exporter.Snapshots;
using Microsoft.Data.Sqlite;

namespace Exporter.History;

/// <summary>The open database: what is written and how it is read back. One thread at a time; readers have connections of their own.</summary>
internal sealed class HistoryDatabase : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly IReadOnlyList<AccountIdentity> _accounts;
    private LinksOptions _links;
    private readonly Dictionary<(AccountIdentity Account, CampaignKind Kind, string Id), Written> _written = [];

    // Without the pool a closed connection closes the file.
    private HistoryDatabase(string file, IReadOnlyList<AccountIdentity> accounts, LinksOptions links)
    {
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false, DefaultTimeout = 1 }.ToString());
        (_accounts, _links) = (accounts, links);
    }

    /// <summary>What was saved of each account, by its number.</summary>
    public ImmutableArray<ImmutableArray<CampaignSnapshot>> Saved { get; private set; } = [];

    /// <summary>Bytes that hold something.</summary>
    public long UsedBytes => new Pruning(_connection).UsedBytes;

    /// <summary>Opens or makes the database and reads the saved state.</summary>
    /// <exception cref="SqliteException">It cannot be opened or read.</exception>
    /// <exception cref="InvalidDataException">What is in it is damaged or not ours.</exception>
    /// <exception cref="NotSupportedException">A newer program wrote it.</exception>
    public static HistoryDatabase Open(string file, IReadOnlyList<AccountIdentity> accounts, LinksOptions links)
    {
        var database = new HistoryDatabase(file, accounts, links);
        try
        {
            database._connection.Open();
            Schema.Migrate(database._connection, Schema.Steps);
            database.Saved = [.. Enumerable.Range(0, accounts.Count).Select(number => database.Read(number).ToImmutableArray())];
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>From here on URLs are stored as far as these options show them.</summary>
    public void Reconfigure(LinksOptions links) => _links = links;

    /// <summary>Writes what has changed since the last call, all of it or nothing.</summary>
    /// <returns>Whether there was something to write.</returns>
    public bool Save(Snapshot snapshot)
    {
        var changed = (
            from account in snapshot.Accounts
            from campaign in account.Campaigns
            where campaign is { Data: not null, Health.LastSuccess: not null }
            let key = (account.Identity, campaign.Kind, campaign.Id)
            where !ReferenceEquals(_written.GetValueOrDefault(key)?.Campaign, campaign)
            select (Key: key, Campaign: campaign)).ToList();
        if (changed.Count == 0)
        {
            return false;
        }

        using var transaction = _connection.BeginTransaction();
        using var writer = new CampaignWriter(_connection, transaction);
        var written = new List<((AccountIdentity, CampaignKind, string) Key, Written Written)>();
        foreach (var (key, campaign) in changed)
        {
            var walk = Mapping.Pack(Mapping.Store(campaign, campaign.Data!, _links.Url));
            var before = _written.GetValueOrDefault(key);
            var row = before?.Row ?? writer.Row(key.Identity, campaign);
            var digest = SHA256.HashData(walk);
            writer.Health(row, campaign.Health, Seal.Of(key.Identity, campaign, digest));
            var (success, lapsed) = (campaign.Health.LastSuccess!.Value, before?.Campaign.Health.LastSuccess + snapshot.MaxAge);
            if (before is null || lapsed < success || !digest.AsSpan().SequenceEqual(before.Digest))
            {
                writer.Walk(row, walk);
                writer.Changes(row, before?.Campaign.Data, campaign.Data!, success, lapsed < success ? lapsed : null);
            }

            written.Add((key, new Written(campaign, row, digest)));
        }

        transaction.Commit();
        foreach (var (key, now) in written)
        {
            _written[key] = now;
        }

        return true;
    }

    /// <summary>Drops what is older than the retention, and the oldest before its time while the store is too big.</summary>
    /// <returns>How far back the changes reach that are kept: the retention, or less.</returns>
    public TimeSpan Prune(HistoryOptions options, DateTimeOffset now, CancellationToken stopping)
    {
        DropForgotten((now - options.Retention).ToUnixTimeMilliseconds());
        return new Pruning(_connection).Prune(options, now, stopping);
    }

    /// <summary>Empties the write-ahead log into the file; both are complete at any time, this makes it one.</summary>
    public void Checkpoint() => _connection.Execute("PRAGMA wal_checkpoint(TRUNCATE)");

    public void Dispose() => _connection.Dispose();

    /// <summary>Drops campaigns that have not been seen for the whole retention.</summary>
    private void DropForgotten(long cutoff)
    {
        using var transaction = _connection.BeginTransaction();
        using var drop = _connection.Prepare(
            """
            DELETE FROM change WHERE series IN (SELECT series.id FROM series JOIN campaign ON campaign.id = series.campaign WHERE last_success < $cutoff);
            DELETE FROM series WHERE campaign IN (SELECT id FROM campaign WHERE last_success < $cutoff);
            DELETE FROM campaign WHERE last_success < $cutoff;
            """,
            transaction,
            "$cutoff");
        drop.With(cutoff).ExecuteNonQuery();
        transaction.Commit();

        // Should one of them still be in the snapshot, because nothing but its attempts go on, its next success makes its row anew.
        foreach (var (key, _) in _written.Where(written => written.Value.Campaign.Health.LastSuccess?.ToUnixTimeMilliseconds() < cutoff).ToList())
        {
            _written.Remove(key);
        }
    }

    private IEnumerable<CampaignSnapshot> Read(int number)
    {
        using var select = _connection.Prepare(
            """
            SELECT campaign.id, kind, campaign_id, up, last_success, last_attempt, duration, pages, reason, error, walk, seal
            FROM campaign JOIN account ON account.id = campaign.account
            WHERE base_url = $base_url AND account.name = $name AND on_behalf_of = $on_behalf_of
            ORDER BY campaign.id
            """,
            transaction: null,
            "$base_url",
            "$name",
            "$on_behalf_of");
        var account = _accounts[number];
        using var rows = select.With(account.BaseUrl, account.Name, account.OnBehalfOf).ExecuteReader();
        while (rows.Read())
        {
            var (walk, seal) = (rows.GetFieldValue<byte[]>(10), rows.GetFieldValue<byte[]>(11));
            var (campaign, digest) = (Campaign(rows, Mapping.Unpack(walk)), SHA256.HashData(walk));
            if (!Seal.Of(account, campaign, digest).AsSpan().SequenceEqual(seal))
            {
                throw new InvalidDataException("a saved walk is not what was written");
            }

            _written[(account, campaign.Kind, campaign.Id)] = new Written(campaign, rows.GetInt64(0), digest);
            yield return campaign;
        }
    }

    private CampaignSnapshot Campaign(SqliteDataReader row, StoredWalk walk) => new()
    {
        Kind = (CampaignKind)row.GetInt32(1),
        Id = row.GetString(2),
        Label = row.GetString(2),
        Interval = TimeSpan.Zero,
        Name = walk.Name,
        Status = walk.Status,
        StepNames = [.. walk.Steps.Select(step => (step.Id, step.Name))],
        Health = PollHealth.Resumed(
            row.IsDBNull(3) ? null : row.GetBoolean(3),
            DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(4)),
            row.IsDBNull(5) ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(5)),
            TimeSpan.FromMilliseconds(row.GetInt64(6)),
            row.GetInt32(7),
            row.IsDBNull(8) ? null : (FailureReason)row.GetInt32(8),
            row.IsDBNull(9) ? null : row.GetString(9)),
        Data = Mapping.Restore(walk, _links),
    };

    /// <summary>What lies in the store of one campaign.</summary>
    private sealed record Written(CampaignSnapshot Campaign, long Row, byte[] Digest);
}
