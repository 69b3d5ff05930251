using System.Collections.Concurrent;
using System.Collections.Immutable;
using Exporter.Snapshots;
using Exporter.Telemetry;

namespace Exporter.History;

/// <summary>
/// Keeps the observed state: reads the saved state before the polling starts, and then writes behind the polls. It reads only immutable
/// snapshots, so neither a poll nor a scrape waits for a disk. The program goes on, whatever is wrong with the store.
/// </summary>
/// <remarks>It stops after the polling, so that the last walk is saved.</remarks>
internal sealed class HistoryService : BackgroundService
{
    /// <summary>
    /// The time between two checks of the snapshot. Promise 7 allows 10 s. Of two changes within a tick only the last is seen.
    /// </summary>
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    /// <summary>The pause after a failed write.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    /// <summary>The pause between two slices of pruning, which leaves the disk to other programs.</summary>
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(50);

    /// <summary>The time after which a disk that does not answer is reported.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly StorageInstruments _instruments;
    private readonly TimeProvider _time;
    private readonly HistoryLog _log;
    private readonly string _path;
    private readonly Lock _saving = new();
    private readonly HistoryStore _store;
    private readonly PruningSchedule _pruning;
    private readonly HashSet<AccountIdentity> _known = [];
    private volatile HistoryOptions _options;
    private volatile LinksOptions _links;
    private volatile IReadOnlyList<AccountIdentity> _accounts;
    private volatile string? _file;
    private volatile bool _troubleTold;
    private bool _isRestored;
    private Dictionary<AccountIdentity, SavedAccount>? _late;

    /// <summary>Accounts that a reload added while the store could not be read. Their saved state is handed over later.</summary>
    private readonly ConcurrentQueue<AccountIdentity> _owed = [];

    /// <param name="path">The store's directory; empty keeps nothing.</param>
    /// <param name="accounts">The accounts, by number.</param>
    /// <param name="links">The part of the URLs that is shown, and so stored.</param>
    public HistoryService(
        string path,
        HistoryOptions options,
        IReadOnlyList<AccountIdentity> accounts,
        LinksOptions links,
        StorageInstruments instruments,
        TimeProvider time,
        ILogger logger
    )
    {
        (_path, _options, _accounts, _links, _instruments, _time, _log) = (
            path,
            options,
            accounts,
            links,
            instruments,
            time,
            new HistoryLog(logger)
        );
#pragma warning disable CA2000 // Dispose closes it.
        (_store, _pruning) = (new HistoryStore(path, time, _log), new PruningSchedule(time, _log));
#pragma warning restore CA2000
        _known.UnionWith(accounts);
    }

    /// <summary>The database, for readers; <see langword="null"/> while there is no store.</summary>
    public string? File => _file;

    /// <summary>The time for which observations are kept.</summary>
    public TimeSpan Retention => _options.Retention;

    /// <summary>The source of the snapshots; set before the start.</summary>
    public SnapshotStore? Source { get; set; }

    /// <summary>
    /// Receives a former run's state that could not be read at the start, because that run had not ended; set before the start. It returns
    /// whether it accepted the state; nothing is saved before.
    /// </summary>
    public Func<IReadOnlyDictionary<AccountIdentity, SavedAccount>, bool>? Late { get; set; }

    /// <summary>
    /// Returns the state that a former run left, by the account's number. It never throws, whatever the store is like. Call it once, before
    /// the start.
    /// </summary>
    /// <param name="stopping">Ends the restore early when the program must stop.</param>
    public ImmutableArray<SavedAccount> Restore(CancellationToken stopping)
    {
        var saved = (IReadOnlyDictionary<AccountIdentity, SavedAccount>)ImmutableDictionary<AccountIdentity, SavedAccount>.Empty;
        lock (_saving)
        {
            if (_path.Length > 0)
            {
                try
                {
                    saved = ReadSaved(stopping);
                }
#pragma warning disable CA1031 // No failure of the store may stop the program.
                catch (Exception e)
#pragma warning restore CA1031
                {
                    Fail(e, error => _log.Without(_path, error));
                }

                PublishState(_store.Database is not null);
            }
        }

        return _path.Length > 0 ? ByNumber(_accounts, saved) : [.. _accounts.Select(static _ => SavedAccount.Nothing)];
    }

    /// <summary>Opens a reader of the observations; <see langword="null"/> without a store.</summary>
    public HistoryReader? OpenReader() => File is { } file ? HistoryReader.Open(file) : null;

    /// <summary>Applies other options and accounts.</summary>
    /// <returns>The saved state of the accounts that are new to this run, by the account's number; nothing for the others.</returns>
    public ImmutableArray<SavedAccount> Reconfigure(HistoryOptions options, LinksOptions links, IReadOnlyList<AccountIdentity> accounts)
    {
        if (_options != options)
        {
            _pruning.Hasten();
        }

        (_options, _links, _accounts) = (options, links, accounts);
        var added = accounts.Where(_known.Add).ToList();
        return _path.Length > 0 ? ByNumber(accounts, ReadAdded(added)) : [.. accounts.Select(static _ => SavedAccount.Nothing)];
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);

        // A hanging disk must not delay the stop. The store is complete in any case.
        await Task.Run(SaveLast, cancellationToken).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public override void Dispose()
    {
        if (_saving.TryEnter())
        {
            _store.Dispose();
            _saving.Exit();
        }

        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (_path.Length > 0 && !stoppingToken.IsCancellationRequested)
        {
            var looked = _time.GetTimestamp();
            var isGood = await WatchedAsync(Task.Run(() => TryWithStore(Save), CancellationToken.None));
            var isPruning = true;
            while (isPruning && !stoppingToken.IsCancellationRequested && _time.GetElapsedTime(looked) < Tick)
            {
                isPruning = await WatchedAsync(Task.Run(PruneSlice, CancellationToken.None));
                await DelayAsync(isPruning ? Breath : TimeSpan.Zero, stoppingToken);
            }

            await DelayAsync(
                isPruning ? TimeSpan.Zero
                    : isGood ? Tick
                    : Pause,
                stoppingToken
            );
        }
    }

    private async Task DelayAsync(TimeSpan delay, CancellationToken stopping)
    {
        if (delay > TimeSpan.Zero)
        {
            await Task.Delay(delay, _time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Reports a disk that does not answer. Such a disk causes no error, but nothing is saved.</summary>
    private async Task<bool> WatchedAsync(Task<bool> work)
    {
        using var answered = new CancellationTokenSource();
        var patience = Task.Delay(Patience, _time, answered.Token);
        if (await Task.WhenAny(work, patience) == patience)
        {
            _troubleTold = true;
            _instruments.StoreUsable(usable: false);
            _log.Hangs(Patience);
        }

        await answered.CancelAsync();
        return await work;
    }

    private void SaveLast()
    {
        if (_path.Length > 0)
        {
            // When the first attempt finds a damaged store, the second one starts a new store.
            _ = TryWithStore(SaveAll) || TryWithStore(SaveAll);
        }

        void SaveAll()
        {
            Save(isLast: true);
            _store.Checkpoint();
        }
    }

    private void Save() => Save(isLast: false);

    private void Save(bool isLast)
    {
        if (Source is not { } source)
        {
            return;
        }

        _store.OpenAnewIfTouched(_options, isLast);
        if (!_isRestored)
        {
            // A store that could not be used at the start may be usable now. Read its unknown state before it is overwritten.
            _owed.Clear();
            _late = ReadSaved(CancellationToken.None);
        }

        ReadOwed();

        if (_late is { } late && Late?.Invoke(late) == false)
        {
            return;
        }

        _late = null;

        if (_store.Save(source.Current, _options))
        {
            var now = Moment.Now(_time);
            _instruments.Saved(() => now.At);
        }
    }

    /// <summary>Runs one slice of pruning, when it is due.</summary>
    /// <returns>Whether another slice remains.</returns>
    private bool PruneSlice()
    {
        lock (_saving)
        {
            if (_store.IsTouched())
            {
                // The next save deals with it.
                return false;
            }

            try
            {
                return _pruning.Slice(_store, _options);
            }
#pragma warning disable CA1031 // No failure of pruning may stop the saving.
            catch (Exception e)
#pragma warning restore CA1031
            {
                _pruning.Failed();
                if (StoreErrors.IsCorruption(e))
                {
                    Fail(e, _log.NotSaved);
                    PublishState(_store.Database is not null);
                }
                else
                {
                    _log.NotPruned(e.Message);
                }

                return false;
            }
        }
    }

    /// <summary>
    /// Runs an action on the store. Logs a failure once; it has no other effect. A damaged store is set aside and a new one started.
    /// </summary>
    private bool TryWithStore(Action action)
    {
        lock (_saving)
        {
            try
            {
                action();
                if (_troubleTold)
                {
                    _log.SavedAgain();
                }

                _troubleTold = false;
                _pruning.Saved();
                PublishState(isUsable: true);
                return true;
            }
#pragma warning disable CA1031 // No failure of the store may stop the program.
            catch (Exception e)
#pragma warning restore CA1031
            {
                _instruments.SaveFailed();
                if (StoreErrors.IsFull(e))
                {
                    _pruning.DiskIsFull();
                }

                Fail(e, _log.NotSaved);
                PublishState(isUsable: false);
                return false;
            }
        }
    }

    /// <summary>
    /// Sets a damaged store aside and starts a new one. For any other error, and when that fails, logs once that the store cannot be used.
    /// </summary>
    private void Fail(Exception e, Action<string> tell)
    {
        try
        {
            if (StoreErrors.IsCorruption(e) && _store.SetAside(e))
            {
                _isRestored = true;
                _store.Open(_options);
                return;
            }
        }
#pragma warning disable CA1031 // No failure of the store may stop the program.
        catch (Exception worse)
#pragma warning restore CA1031
        {
            e = worse;
        }

        if (!_troubleTold)
        {
            tell(e.Message);
        }

        _troubleTold = true;
    }

    /// <summary>
    /// Opens the store and reads the state that a former run left of each account. A damaged file is abandoned after every readable row has
    /// been read.
    /// </summary>
    private Dictionary<AccountIdentity, SavedAccount> ReadSaved(CancellationToken stopping)
    {
        var database = _store.Open(_options, isFirst: true);
        var saved = _accounts
            .Distinct()
            .ToDictionary(account => account, account => database.Saved(account, _links, _time.GetUtcNow(), stopping));
        _isRestored = true;
        foreach (var (account, found) in saved)
        {
            TellDamaged(account, found);
        }

        if (saved.Values.Select(found => found.Damage).FirstOrDefault(damage => damage is not null) is { } damage)
        {
            Fail(damage, error => _log.Without(_path, error));
        }

        var count = saved.Values.Sum(found => found.Campaigns.Length);
        _instruments.Restored(count > 0);
        if (count > 0)
        {
            _log.Restored(count);
        }

        return saved;
    }

    /// <summary>Reads the state of accounts that could not be read when a reload added them.</summary>
    private void ReadOwed()
    {
        while (_owed.TryPeek(out var account))
        {
            var found = _store.Open(_options).Saved(account, _links, _time.GetUtcNow(), CancellationToken.None);
            TellDamaged(account, found);
            (_late ??= [])[account] = found;
            _owed.TryDequeue(out _);
        }
    }

    /// <summary>Reads the state of accounts that a reload added, without waiting for the writer.</summary>
    private Dictionary<AccountIdentity, SavedAccount> ReadAdded(List<AccountIdentity> accounts)
    {
        if (accounts.Count == 0)
        {
            return [];
        }

        try
        {
            var file = File ?? throw new IOException("there is no store at the moment");
            using var reader = HistoryReader.Open(file);
            return accounts.ToDictionary(
                account => account,
                account =>
                {
                    var found = reader.Saved(account, _links, _time.GetUtcNow());
                    TellDamaged(account, found);
                    return found;
                }
            );
        }
#pragma warning disable CA1031 // A reload must not fail; the writer reports the store's failure.
        catch (Exception)
#pragma warning restore CA1031
        {
            accounts.ForEach(_owed.Enqueue);
            return [];
        }
    }

    private void TellDamaged(AccountIdentity account, SavedAccount found)
    {
        if (found.Damaged.Length > 0)
        {
            _log.CampaignsDamaged(account.Name, found.Damaged);
        }
    }

    private ImmutableArray<SavedAccount> ByNumber(
        IReadOnlyList<AccountIdentity> accounts,
        IReadOnlyDictionary<AccountIdentity, SavedAccount> saved
    )
    {
        var otherwise = saved.Count == 0 && StorageDirectory.HasNone(_path) ? SavedAccount.Nothing : SavedAccount.Unread;
        return [.. accounts.Select(account => saved.GetValueOrDefault(account, otherwise))];
    }

    private void PublishState(bool isUsable)
    {
        _file = _store.File;
        _instruments.StoreUsable(isUsable);
    }
}
