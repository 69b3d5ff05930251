using System.Collections.Immutable;
using System.Security.Cryptography;
using Exporter.Snapshots;
using Microsoft.Data.Sqlite;

namespace Exporter.History;

/// <summary>
/// The open database: writes snapshots and reads them back. For one thread at a time; readers have connections of their own.
/// </summary>
internal sealed class HistoryDatabase : IDisposable
{
    /// <summary>
    /// The number of changes after which a transaction ends, so that the log does not grow by a whole round of polls and a stop does not
    /// wait for one.
    /// </summary>
    private const int Batch = 1_000;

    private const string MarkAsGone = $"UPDATE campaign SET gone = '{SavedWalks.Gone}' WHERE id = $id";

    private readonly SqliteConnection _connection;
    private readonly string _file;
    private readonly Dictionary<(AccountIdentity Account, CampaignKey Campaign), Written> _written = [];
    private readonly Dictionary<AccountIdentity, SavedLandingPages> _pages = [];
    private long _maintenance;

    private HistoryDatabase(string file) => (_file, _connection) = (file, SqliteShorthand.Open(file, SqliteOpenMode.ReadWriteCreate));

    /// <summary>The bytes that its files take on the disk.</summary>
    public long Size => FilePages * PageSize + (new FileInfo(StoreDirectory.LogOf(_file)) is { Exists: true, Length: var log } ? log : 0);

    /// <summary>The bytes in use; the rest is free for reuse.</summary>
    public long UsedBytes => (FilePages - _connection.Scalar("PRAGMA freelist_count")) * PageSize;

    /// <summary>Returns the clock by which the content ages. It continues from the last write.</summary>
    public HistoryClock StartClock(TimeProvider time) => StoredClock.Read(_connection, time);

    /// <summary>A count that grows whenever this connection may have changed the files.</summary>
    public long Writes => SQLitePCL.raw.sqlite3_total_changes(_connection.Handle) + _maintenance;

    private long FilePages => _connection.Scalar("PRAGMA page_count");

    private long PageSize => _connection.Scalar("PRAGMA page_size");

    /// <summary>Opens or creates the database.</summary>
    /// <param name="isDoubted">Whether to check every page, because another program may have written to the file.</param>
    /// <param name="isReplacement">Whether a new database replaces one that could not be read.</param>
    /// <exception cref="SqliteException">It cannot be opened or read.</exception>
    /// <exception cref="InvalidDataException">The database is damaged or belongs to another program.</exception>
    /// <exception cref="NotSupportedException">A newer program wrote it.</exception>
    public static HistoryDatabase Open(string file, bool isDoubted = false, bool isReplacement = false)
    {
        var database = new HistoryDatabase(file);
        try
        {
            Schema.Migrate(database._connection, Schema.Steps, isReplacement);
            if (isDoubted)
            {
                database.Check();
            }

            database.MendIndexes();
            SameCampaigns.Merge(database._connection);
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    private void Check()
    {
        using var check = _connection.Prepare("PRAGMA quick_check(1)", transaction: null);
        if (check.ExecuteScalar() is not "ok" and var found)
        {
            throw new InvalidDataException($"it is damaged: {found}");
        }
    }

    /// <summary>
    /// A damaged index hides existing campaigns without any error, and lets them be written twice. The index contains nothing beyond the
    /// table, which is small, so it is built anew.
    /// </summary>
    private void MendIndexes()
    {
        using var check = _connection.Prepare("PRAGMA integrity_check(campaign)", transaction: null);
        if (check.ExecuteScalar() is not "ok")
        {
            _connection.Execute("REINDEX campaign");
        }
    }

    /// <summary>Keeps the log small in proportion to the store: the log counts toward the store's size.</summary>
    public void Bound(long maxSize)
    {
        var log = Math.Clamp(maxSize / 32, 64 << 10, 16 << 20);
        _connection.Execute($"PRAGMA journal_size_limit = {log}; PRAGMA wal_autocheckpoint = {Math.Min(500, log / 2 / PageSize)}");
    }

    /// <summary>Returns the saved state of an account.</summary>
    public SavedAccount Saved(AccountIdentity account, DateTimeOffset now, CancellationToken stopping) =>
        SavedWalks.Read(_connection, account, now, stopping);

    /// <summary>Writes the changes since the last call. Each campaign is written whole or not at all.</summary>
    /// <param name="clock">The clock by which the content ages.</param>
    /// <param name="isAll">Whether the snapshot has all accounts; nothing is remembered of any other then.</param>
    /// <returns>Whether anything was written.</returns>
    public bool Save(Snapshot snapshot, HistoryClock clock, bool isAll = true)
    {
        var changed = new Queue<(AccountIdentity Account, CampaignSnapshot Campaign)>();
        var known = new HashSet<(AccountIdentity, CampaignKey)>();
        foreach (var account in snapshot.Accounts)
        {
            foreach (var campaign in account.Campaigns.Concat(account.Remembered))
            {
                var key = (account.Identity, campaign.Key);
                known.Add(key);
                if (campaign is { Data: not null, Health.LastSuccess: not null } && _written.GetValueOrDefault(key)?.Is(campaign) != true)
                {
                    changed.Enqueue((account.Identity, campaign));
                }
            }
        }

        var isSaved = changed.Count > 0;
        var accounts = snapshot.Accounts.Select(static account => account.Identity).ToHashSet();
        isSaved |= MarkGone(
            [.. _written.Where(written => !known.Contains(written.Key) && (isAll || accounts.Contains(written.Key.Account)))],
            accounts
        );
        if (isAll)
        {
            // One that comes back with other campaigns is compared with the store again, as after a restart.
            _pages.Keys.Except(accounts).ToList().ForEach(account => _pages.Remove(account));
        }

        while (changed.Count > 0)
        {
            SaveBatch(changed, snapshot.MaxAge, clock);
        }

        // Save the walks first: the store must not mark pages as known before it has them.
        return SavePages(snapshot) || isSaved;
    }

    /// <summary>Writes observations of a campaign from before this run. Its present values are saved later.</summary>
    /// <param name="past">Its totals at successive moments.</param>
    public void Fill(
        AccountIdentity account,
        CampaignSnapshot campaign,
        IEnumerable<(DateTimeOffset At, IReadOnlyList<(SeriesKey Key, long Total)> Totals)> past
    )
    {
        using var transaction = _connection.BeginTransaction();
        using var writer = new CampaignWriter(_connection, transaction);
        using var series = _connection.Prepare(
            "INSERT INTO series (campaign, what, first, second, location, first_seen) VALUES ($campaign, $what, $first, $second, "
                + "$location, $at) RETURNING id",
            transaction,
            "$campaign",
            "$what",
            "$first",
            "$second",
            "$location",
            "$at"
        );
        using var change = _connection.Prepare(
            "INSERT INTO change (series, at, value) VALUES ($series, $at, $value)",
            transaction,
            "$series",
            "$at",
            "$value"
        );
        var (row, written) = (writer.Row(account, campaign), new Dictionary<SeriesKey, (long Id, long Total)>());
        foreach (var (moment, totals) in past)
        {
            var at = moment.ToUnixTimeMilliseconds();
            foreach (var (key, total) in totals)
            {
                var id = written.TryGetValue(key, out var before)
                    ? before.Id
                    : (long)series.Bind(row.Id, key.What, key.First, key.Second, key.Location, at).ExecuteScalar()!;
                if (before.Id == 0 || before.Total != total)
                {
                    change.Bind(id, at, total).ExecuteNonQuery();
                    written[key] = (id, total);
                }
            }
        }

        transaction.Commit();
    }

    /// <summary>Begins to drop changes that are too old and, when the store is too big, the oldest remaining ones.</summary>
    /// <param name="options">The limits of age and size.</param>
    /// <param name="clock">The clock by which the content ages.</param>
    /// <param name="time">The clock that measures slices.</param>
    /// <param name="isFull">Whether the disk has no room for the store's present content.</param>
    public Pruning Prune(HistoryOptions options, HistoryClock clock, TimeProvider time, bool isFull = false) =>
        new(_connection, Maintain, options, clock, [.. _written.Values.Select(static written => written.Row.Id)], time)
        {
            Goal =
                isFull || Size > options.MaxSize
                    ? (long)(Pruning.Target * Math.Min(options.MaxSize, isFull ? UsedBytes : long.MaxValue))
                    : null,
        };

    /// <summary>Writes something that is there as it is. Fails where nothing can be written.</summary>
    public void Rewrite() => Maintain($"PRAGMA user_version = {Schema.Steps.Count}");

    /// <summary>Moves the write-ahead log into the file. The two are complete together at any time; this makes them one.</summary>
    public void Checkpoint() => Maintain("PRAGMA wal_checkpoint(TRUNCATE)");

    public void Dispose() => _connection.Dispose();

    /// <summary>Runs a statement that moves pages, which SQLite does not count as changes.</summary>
    private void Maintain(string pragma)
    {
        _maintenance++;
        _connection.Execute(pragma);
    }

    /// <summary>
    /// Marks campaigns that are over: the store has them, but their account no longer does, because a list or the configuration removed
    /// them. For an account that is itself gone, the last state stays.
    /// </summary>
    /// <returns>Whether any was marked.</returns>
    private bool MarkGone(
        IReadOnlyList<KeyValuePair<(AccountIdentity Account, CampaignKey Campaign), Written>> over,
        HashSet<AccountIdentity> accounts
    )
    {
        using var update = _connection.Prepare(MarkAsGone, transaction: null, "$id");
        var marked = 0;
        foreach (var (key, written) in over)
        {
            if (accounts.Contains(key.Account))
            {
                marked += update.Bind(written.Row.Id).ExecuteNonQuery();
            }

            _written.Remove(key);
        }

        return marked > 0;
    }

    /// <summary>
    /// Records how much is known of each account's pages. An account that was known stays so, because its walks are still in the store.
    /// </summary>
    private bool SavePages(Snapshot snapshot)
    {
        var changed = snapshot.Accounts.Where(account => account.LandingPages != _pages.GetValueOrDefault(account.Identity)).ToList();
        if (changed.Count == 0)
        {
            return false;
        }

        using var transaction = _connection.BeginTransaction();
        using var update = _connection.Prepare(
            """
            INSERT INTO account (base_url, name, on_behalf_of, pages) VALUES ($base_url, $name, $on_behalf_of, $pages)
            ON CONFLICT (base_url, name, on_behalf_of) DO UPDATE SET pages = excluded.pages WHERE pages <> 'known'
            """,
            transaction,
            "$base_url",
            "$name",
            "$on_behalf_of",
            "$pages"
        );
        foreach (var account in changed.Where(static account => account.LandingPages != SavedLandingPages.None))
        {
            if (account.LandingPages == SavedLandingPages.Whole)
            {
                ForgetUnlisted(account, transaction);
            }

            update
                .Bind(
                    account.Identity.BaseUrl,
                    account.Identity.Name,
                    account.Identity.OnBehalfOf,
                    account.LandingPages == SavedLandingPages.Whole ? "known" : "damaged"
                )
                .ExecuteNonQuery();
        }

        transaction.Commit();
        changed.ForEach(account => _pages[account.Identity] = account.LandingPages);
        return true;
    }

    /// <summary>
    /// Marks the automations that the store has and the account's known list does not. This includes damaged rows, which no other code
    /// knows, and rows of no kind at all.
    /// </summary>
    private void ForgetUnlisted(AccountSnapshot account, SqliteTransaction transaction)
    {
        var listed = account
            .Campaigns.Concat(account.Remembered)
            .Where(static campaign => campaign.Kind == CampaignKind.Automation)
            .Select(static campaign => campaign.Id)
            .ToHashSet(Ids.Comparer);
        using var select = _connection.Prepare(
            $"""
            SELECT campaign.id, campaign_id FROM campaign JOIN account ON account.id = campaign.account
            WHERE base_url = $base_url AND account.name = $name AND on_behalf_of = $on_behalf_of AND kind IS NOT $single_send
                AND gone <> '{SavedWalks.Gone}'
            """,
            transaction,
            "$base_url",
            "$name",
            "$on_behalf_of",
            "$single_send"
        );
        using var update = _connection.Prepare(MarkAsGone, transaction, "$id");
        var unlisted = new List<long>();
        using (
            var row = select
                .Bind(account.Identity.BaseUrl, account.Identity.Name, account.Identity.OnBehalfOf, (long)CampaignKind.SingleSend)
                .ExecuteReader()
        )
        {
            while (row.Read())
            {
                if (!listed.Contains($"{row.GetValue(1)}"))
                {
                    unlisted.Add(row.GetInt64(0));
                }
            }
        }

        unlisted.ForEach(id => update.Bind(id).ExecuteNonQuery());
    }

    private void SaveBatch(Queue<(AccountIdentity Account, CampaignSnapshot Campaign)> queue, TimeSpan maxAge, HistoryClock clock)
    {
        using var transaction = _connection.BeginTransaction();
        using var writer = new CampaignWriter(_connection, transaction);
        var written = new List<((AccountIdentity, CampaignKey) Key, Written Written)>();
        while (writer.Changed < Batch && queue.TryDequeue(out var next))
        {
            var key = (next.Account, next.Campaign.Key);
            var before = _written.GetValueOrDefault(key)?.Row ?? writer.Row(next.Account, next.Campaign);
            var changed = writer.Changed;
            var after = Write(writer, before, next.Account, next.Campaign, maxAge);
            written.Add((key, new Written(after, next.Campaign)));
            if (writer.Changed > changed)
            {
                writer.Written(next.Campaign.Health.LastSuccess!.Value, clock);
            }
        }

        writer.Time(clock);
        transaction.Commit();
        foreach (var (key, now) in written)
        {
            _written[key] = now;
        }
    }

    private static StoredRow Write(
        CampaignWriter writer,
        StoredRow before,
        AccountIdentity account,
        CampaignSnapshot campaign,
        TimeSpan maxAge
    )
    {
        var stored = StoredWalkMapper.ToStored(campaign, campaign.Data!);
        var walk = StoredWalkMapper.Pack(stored);
        var after = before with
        {
            Digest = SHA256.HashData(walk),
            LastSuccess = campaign.Health.LastSuccess!.Value.ToUnixTimeMilliseconds(),
        };
        var lapsed = before.LastSuccess + (long)maxAge.TotalMilliseconds;
        var hasLapsed = before.Digest.Length > 0 && lapsed < after.LastSuccess;

        // The clock was set back: at the times to come, the last changes would be those from the future.
        var isBack = after.LastSuccess < before.LastSuccess;
        if (hasLapsed || isBack || !after.Digest.AsSpan().SequenceEqual(before.Digest))
        {
            writer.Changes(
                before,
                writer.TotalsOf(before, account),
                StoredWalkMapper.Totals(stored),
                campaign.Health.LastSuccess.Value,
                hasLapsed ? DateTimeOffset.FromUnixTimeMilliseconds(lapsed) : null,
                isBack
            );
            writer.Walk(before, walk);
        }

        // Last: the seal of the row as it was gives access to its walk.
        writer.Health(before, campaign, Seal.Compute(account, campaign.Kind, campaign.Id, campaign.Health, after.Digest));
        return after;
    }

    /// <summary>The stored state of one campaign. The weak reference leaves the lifetime of the snapshot to those who serve it.</summary>
    private sealed class Written(StoredRow row, CampaignSnapshot campaign)
    {
        private readonly WeakReference<CampaignSnapshot> _campaign = new(campaign);

        public StoredRow Row => row;

        public bool Is(CampaignSnapshot campaign) => _campaign.TryGetTarget(out var written) && ReferenceEquals(written, campaign);
    }
}
