using System.Collections.Concurrent;
using System.Collections.Immutable;
using Exporter.Snapshots;
using Exporter.Telemetry;

namespace Exporter.History;

/// <summary>
/// What this program has observed, kept on disk over its end: read before the polling starts, written by <see cref="HistoryWriter"/>. The
/// program goes on, whatever is wrong with the store.
/// </summary>
internal sealed class SavedState : IDisposable
{
    private readonly StorageInstruments _instruments;
    private readonly TimeProvider _time;
    private readonly HistoryLog _log;
    private readonly string _path;
    private readonly Lock _saving = new();
    private readonly HistoryStore _store;
    private readonly PruningSchedule _pruning;
    private readonly StoreReads _reads;
    private readonly SavedAccountReader _reader;
    private readonly HashSet<AccountIdentity> _known = [];
    private volatile HistoryOptions _options;
    private volatile LinksOptions _links;
    private volatile IReadOnlyList<AccountIdentity> _accounts;
    private volatile string? _file;
    private volatile bool _isFailureLogged;
    private bool _isRestored;
    private Dictionary<AccountIdentity, SavedAccount>? _late;

    /// <summary>Accounts that a reload added while the store could not be read. Their saved state is handed over later.</summary>
    private readonly ConcurrentQueue<AccountIdentity> _owed = [];

    /// <param name="path">The store's directory; empty keeps nothing.</param>
    /// <param name="accounts">The accounts, by number.</param>
    /// <param name="links">The part of the URLs that is shown, and so stored.</param>
    public SavedState(
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
        // Dispose closes it.
        (_store, _pruning) = (new HistoryStore(path, time, _log), new PruningSchedule(time, _log));
        _reads = new StoreReads(time);
        _reader = new SavedAccountReader(path, instruments, time, _log);
        _known.UnionWith(accounts);
    }

    /// <summary>The database, for readers; <see langword="null"/> while there is no store.</summary>
    public string? File => _file;

    /// <summary>The time for which observations are kept.</summary>
    public TimeSpan Retention => _options.Retention;

    /// <summary>Whether anything is kept at all.</summary>
    public bool IsKept => _path.Length > 0;

    /// <summary>
    /// Returns the state that a former run left, by the account's number. It never throws, whatever the store is like, and never waits
    /// long: what a disk that hangs holds back is handed over once it answers. Call it once, before the start.
    /// </summary>
    /// <param name="stopping">Ends the restore early when the program must stop.</param>
    public ImmutableArray<SavedAccount> Restore(CancellationToken stopping)
    {
        if (!IsKept)
        {
            return [.. _accounts.Select(static _ => SavedAccount.Nothing)];
        }

        var restored = new TaskCompletionSource<ImmutableArray<SavedAccount>>();

        // Not a thread of the pool: the caller's waiting may occupy the last one.
        var restore = new Thread(() => RestoreInto(restored, stopping)) { IsBackground = true, Name = "restore" };
        restore.Start();
        var isLate = false;
        try
        {
            restored.Task.WaitAsync(StoreReads.Patience, _time, stopping).GetAwaiter().GetResult();
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            isLate = restored.TrySetResult([.. _accounts.Select(static _ => SavedAccount.Unread)]);
            if (isLate && e is TimeoutException)
            {
                ReportHang(StoreReads.Patience);
            }
        }

        if (!isLate)
        {
            // With its result it is about to release the store, which the caller may close next.
            restore.Join();
        }

        return restored.Task.GetAwaiter().GetResult();
    }

    /// <summary>Begins to read the observations; <see langword="null"/> without a store.</summary>
    public StoreReading? BeginReading() => File is { } file ? new StoreReading(_reads, file) : null;

    /// <summary>
    /// Runs a read of the observations. Without a store, or when it cannot be read, the read gets no reader: a page without pictures is
    /// better than none.
    /// </summary>
    /// <param name="read">It shares nothing with the caller: a read that hangs may go on after the answer.</param>
    public async Task<T> ReadAsync<T>(Func<HistoryReader?, T> read)
    {
        using var reading = BeginReading();
        try
        {
            return reading is null ? read(null) : await reading.ReadAsync(read);
        }
        catch (StoreUnreadableException)
        {
            return read(null);
        }
    }

    /// <summary>Applies other options and accounts.</summary>
    /// <returns>The saved state of the accounts that are new to this run, by the account's number; nothing for the others.</returns>
    public async Task<ImmutableArray<SavedAccount>> ReconfigureAsync(
        HistoryOptions options,
        LinksOptions links,
        IReadOnlyList<AccountIdentity> accounts
    )
    {
        if (_options != options)
        {
            _pruning.Hasten();
        }

        (_options, _links, _accounts) = (options, links, accounts);
        var added = accounts.Where(_known.Add).ToList();
        var saved = IsKept && added.Count > 0 ? await ReadAddedAsync(added) : [];
        return [.. accounts.Select(account => saved.GetValueOrDefault(account, SavedAccount.Nothing))];
    }

    /// <summary>
    /// Saves what has changed. A failure is logged once and has no other effect; a damaged store is replaced by a new one.
    /// </summary>
    /// <param name="current">The snapshot, taken once the late state has been handed over.</param>
    /// <param name="resume">
    /// Receives state that could not be read before. It returns whether it accepted it; nothing is saved before.
    /// </param>
    /// <param name="isLast">Whether the program stops: then the log is emptied into the file.</param>
    /// <returns>Whether the store is good.</returns>
    public bool TrySave(
        Func<Snapshot> current,
        Func<IReadOnlyDictionary<AccountIdentity, SavedAccount>, bool> resume,
        bool isLast = false
    ) =>
        TryWithStore(() =>
        {
            Save(current, resume, isLast);
            if (isLast)
            {
                _store.Checkpoint();
            }
        });

    /// <summary>Reports a disk that does not answer.</summary>
    public void ReportHang(TimeSpan patience)
    {
        _isFailureLogged = true;
        _instruments.StoreUsable(usable: false);
        _log.Hangs(patience);
    }

    public void Dispose()
    {
        // A disk that hangs holds the lock for good, and the system closes the files at the end.
        if (_saving.TryEnter())
        {
            _store.Dispose();
            _saving.Exit();
        }
    }

    /// <summary>Restores the state for the caller, or for the next save when the caller no longer waits.</summary>
    private void RestoreInto(TaskCompletionSource<ImmutableArray<SavedAccount>> restored, CancellationToken stopping)
    {
        lock (_saving)
        {
            var saved = ReadAtStart(stopping);
            PublishState(_store.Database is not null);
            if (!restored.TrySetResult(_reader.ByNumber(_accounts, saved)) && _isRestored)
            {
                _late = saved;
            }
        }
    }

    private Dictionary<AccountIdentity, SavedAccount> ReadAtStart(CancellationToken stopping)
    {
        try
        {
            return ReadSaved(stopping);
        }
#pragma warning disable CA1031 // No failure of the store may stop the program.
        catch (Exception e)
#pragma warning restore CA1031
        {
            if (_reader.TryReadAtRest(_accounts, _links) is { } saved)
            {
                // Not restored: the next save that succeeds reads it again, and hands over whatever is new.
                ReplaceDamagedStore(e, _log.NotSaved);
                return saved;
            }

            ReplaceDamagedStore(e, error => _log.Without(_path, error));
            return [];
        }
    }

    private void Save(Func<Snapshot> current, Func<IReadOnlyDictionary<AccountIdentity, SavedAccount>, bool> resume, bool isLast)
    {
        _store.OpenAnewIfTouched(_options, isLast);
        if (!_isRestored)
        {
            // A store that could not be used at the start may be usable now. Read its unknown state before it is overwritten.
            _owed.Clear();
            _late = ReadSaved(CancellationToken.None);
        }

        ReadOwed();

        if (_late is { } late && !resume(late))
        {
            return;
        }

        _late = null;

        if (_store.Save(current(), _options))
        {
            var now = Moment.Now(_time);
            _instruments.Saved(() => now.At);
        }
    }

    /// <summary>Runs one slice of pruning, when it is due.</summary>
    /// <returns>Whether another slice remains.</returns>
    public bool TryPruneSlice()
    {
        lock (_saving)
        {
            if (_store.LookForChanges())
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
                if (StoreErrors.MayBeDamage(e))
                {
                    ReplaceDamagedStore(e, _log.NotSaved);
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
                if (_isFailureLogged)
                {
                    _log.SavedAgain();
                }

                _isFailureLogged = false;
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

                ReplaceDamagedStore(e, _log.NotSaved);
                PublishState(isUsable: false);
                return false;
            }
        }
    }

    /// <summary>
    /// Sets a damaged store aside and starts a new one. For any other error, and when that fails, logs once that the store cannot be used.
    /// </summary>
    private void ReplaceDamagedStore(Exception e, Action<string> report)
    {
        try
        {
            if (StoreErrors.MayBeDamage(e) && _store.SetAside(e))
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

        if (!_isFailureLogged)
        {
            report(e.Message);
        }

        _isFailureLogged = true;
    }

    /// <summary>
    /// Opens the store and reads the state that a former run left of each account. A damaged file is abandoned after every readable row has
    /// been read.
    /// </summary>
    private Dictionary<AccountIdentity, SavedAccount> ReadSaved(CancellationToken stopping)
    {
        var database = _store.Open(_options, isFirst: true);
        var saved = _reader.ReadAll(database, _accounts, _links, stopping);
        var damage = saved.Values.Select(found => found.Damage).FirstOrDefault(damage => damage is not null);
        if (damage is not null)
        {
            // A read that the disk refused once hides rows that are there. The next attempt reads them.
            _store.ProveDamage(damage);
        }

        _isRestored = true;
        if (damage is not null)
        {
            ReplaceDamagedStore(damage, error => _log.Without(_path, error));
        }

        return _reader.Report(saved);
    }

    /// <summary>Reads the state of accounts that could not be read when a reload added them.</summary>
    private void ReadOwed()
    {
        while (_owed.TryPeek(out var account))
        {
            (_late ??= [])[account] = _reader.Read(_store.Open(_options), account, _links);
            _owed.TryDequeue(out _);
        }
    }

    /// <summary>Reads the state of accounts that a reload added, without waiting for the writer.</summary>
    private async Task<Dictionary<AccountIdentity, SavedAccount>> ReadAddedAsync(List<AccountIdentity> accounts)
    {
        using var reading = BeginReading();
        if (await _reader.TryReadAddedAsync(reading, accounts, _links) is { } found)
        {
            return found;
        }

        accounts.ForEach(_owed.Enqueue);
        var unread = await HasNoStoreAsync() ? SavedAccount.Nothing : SavedAccount.Unread;
        return accounts.ToDictionary(static account => account, _ => unread);
    }

    private async Task<bool> HasNoStoreAsync()
    {
        try
        {
            return await _reads.ReadAsync(() => StoreDirectory.HasNone(_path));
        }
        catch (StoreUnreadableException)
        {
            return false;
        }
    }

    private void PublishState(bool isUsable)
    {
        _file = _store.File;
        _instruments.StoreUsable(isUsable);
    }
}
