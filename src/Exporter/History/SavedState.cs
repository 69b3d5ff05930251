using System.Collections.Immutable;
using System.Runtime.ExceptionServices;
using Exporter.Snapshots;
using Exporter.Telemetry;

namespace Exporter.History;

/// <summary>
/// What this program has observed, kept on disk over its end: read before the polling starts, written by <see cref="HistoryWriter"/>. The
/// program goes on, whatever is wrong with the store.
/// </summary>
/// <remarks>
/// What was saved of an account is looked for when the account begins, at the start, by a reload that adds it, and by one that brings it
/// back; what this run has seen of it and could not save yet is newer and comes first (<see cref="LeftAccounts"/>). An account whose state
/// cannot be read then says so in its snapshot (<see cref="AccountSnapshot.Awaited"/>), and each save looks for it again. So nothing is
/// lost, whatever a reload changes meanwhile, and whether or not the store can be written.
/// </remarks>
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
    private readonly LeftAccounts _left;
    private readonly StoreGuard _guard;
    private volatile HistoryOptions _options;
    private bool _isClosed;

    /// <param name="path">The store's directory; empty keeps nothing.</param>
    public SavedState(string path, HistoryOptions options, StorageInstruments instruments, TimeProvider time, ILogger logger)
    {
        (_path, _options, _instruments, _time, _log) = (path, options, instruments, time, new HistoryLog(logger));
        // Dispose closes it.
        (_store, _pruning) = (new HistoryStore(path, time, _log), new PruningSchedule(time, _log));
        _reads = new StoreReads(time);
        _reader = new SavedAccountReader(path, instruments, time, _log);
        _left = new LeftAccounts(time);
        _guard = new StoreGuard(_store, instruments, _log);
    }

    /// <summary>The database, for readers; <see langword="null"/> while there is no store.</summary>
    public string? File => _guard.File;

    /// <summary>The time for which observations are kept.</summary>
    public TimeSpan Retention => _options.Retention;

    /// <summary>Whether anything is kept at all.</summary>
    public bool IsKept => _path.Length > 0;

    /// <summary>
    /// Returns the state that a former run left, by the account's number. It never throws, whatever the store is like, and never waits
    /// long: what a disk that hangs holds back is handed over once it answers. Call it once, before the start.
    /// </summary>
    /// <param name="stopping">Ends the restore early when the program must stop.</param>
    public ImmutableArray<SavedAccount> Restore(IReadOnlyList<AccountIdentity> accounts, CancellationToken stopping)
    {
        if (!IsKept)
        {
            return [.. accounts.Select(static _ => SavedAccount.Nothing)];
        }

        var restored = new TaskCompletionSource<IReadOnlyDictionary<AccountIdentity, SavedAccount>>();

        // Not a thread of the pool: the caller's waiting may occupy the last one.
        var restore = new Thread(() => restored.SetResult(Read(accounts, error => _log.Without(_path, error), stopping)));
        (restore.IsBackground, restore.Name) = (true, "restore");
        restore.Start();
        try
        {
            var saved = restored.Task.WaitAsync(StoreReads.Patience, _time, stopping).GetAwaiter().GetResult();
            _reader.Report(saved);
            return [.. accounts.Select(account => saved[account])];
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            if (e is TimeoutException)
            {
                ReportHang(StoreReads.Patience);
            }

            return [.. accounts.Select(static _ => SavedAccount.Unread)];
        }
    }

    /// <summary>
    /// Returns the saved state of accounts that a reload adds or brings back: as they left where that is not saved yet, else from the
    /// store. Like <see cref="Restore"/>, it never throws and never waits long.
    /// </summary>
    public async Task<IReadOnlyDictionary<AccountIdentity, SavedAccount>> ReadSavedAsync(IReadOnlyList<AccountIdentity> accounts)
    {
        if (!IsKept)
        {
            return All(accounts, SavedAccount.Nothing);
        }

        // In this order: what is saved meanwhile is in the store when that is read.
        var left = _left.Find(accounts);
        var stored = await ReadStoredAsync(accounts);
        var saved = stored.ToDictionary(
            static each => each.Key,
            each => left.TryGetValue(each.Key, out var newer) ? newer.Over(each.Value) : each.Value
        );
        _reader.Report(saved);
        return saved;
    }

    /// <summary>
    /// A reload replaces one snapshot by another. What it takes out is kept until it is saved or back. Call it while no other thread can
    /// replace the snapshot.
    /// </summary>
    public void Replace(Snapshot before, Snapshot next)
    {
        if (IsKept)
        {
            _left.Replace(before, next);
        }
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

    /// <summary>Applies other options.</summary>
    public void Reconfigure(HistoryOptions options)
    {
        if (_options != options)
        {
            _pruning.Hasten();
        }

        _options = options;
    }

    /// <summary>
    /// Saves what has changed. A failure is logged once and has no other effect; a damaged store is replaced by a new one.
    /// </summary>
    /// <param name="current">The snapshot. Accounts that still wait for saved state are not saved.</param>
    /// <param name="resume">Receives the state for which accounts wait.</param>
    /// <param name="isLast">Whether the program stops: then the log is emptied into the file.</param>
    /// <returns>Whether the store is good.</returns>
    public bool TrySave(Func<Snapshot> current, Action<IReadOnlyDictionary<AccountIdentity, SavedAccount>> resume, bool isLast = false) =>
        TryWithStore(() =>
        {
            _store.OpenAnewIfTouched(_options, isLast);
            HandOver(current, resume);

            // In this order: an account may go out meanwhile, and what it leaves is newer than what is current now.
            SaveLeft();
            Save(current(), isAll: true);
            _guard.ProveWritable();
            if (isLast)
            {
                _store.Checkpoint();
            }
        });

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
                    _guard.Replace(e, _options, _log.NotSaved);
                    _guard.Read();
                }
                else
                {
                    _log.NotPruned(e.Message);
                }

                return false;
            }
        }
    }

    /// <summary>Reports a disk that does not answer.</summary>
    public void ReportHang(TimeSpan patience) => _guard.Hangs(patience);

    public void Dispose()
    {
        // A disk that hangs holds the lock for good, and the system closes the files at the end.
        if (_saving.TryEnter())
        {
            _isClosed = true;
            _store.Dispose();
            _saving.Exit();
        }
    }

    private async Task<Dictionary<AccountIdentity, SavedAccount>> ReadStoredAsync(IReadOnlyList<AccountIdentity> accounts)
    {
        try
        {
            return await _reads.ReadAsync(() => Read(accounts, _log.NotSaved, CancellationToken.None));
        }
        catch (StoreUnreadableException)
        {
            // A reload must not fail.
            return All(accounts, SavedAccount.Unread);
        }
    }

    /// <summary>Reads what was saved of accounts that begin. It does not throw.</summary>
    /// <param name="report">Logs why nothing could be read.</param>
    /// <param name="stopping">Ends the reading early; then nothing was read.</param>
    private Dictionary<AccountIdentity, SavedAccount> Read(
        IReadOnlyList<AccountIdentity> accounts,
        Action<string> report,
        CancellationToken stopping
    )
    {
        lock (_saving)
        {
            if (_isClosed)
            {
                // The program ended while a disk held this read back.
                return All(accounts, SavedAccount.Unread);
            }

            var (saved, failure) = TryRead(accounts, stopping);
            if (failure is not null)
            {
                _guard.Replace(failure, _options, saved.Values.Any(static found => found.IsRead) ? _log.NotSaved : report);
            }

            _guard.Read();
            return saved;
        }
    }

    /// <summary>
    /// Reads what was saved, for the start, a reload and each later attempt alike: from the open store or, where that fails, as it lies on
    /// the disk.
    /// </summary>
    private (Dictionary<AccountIdentity, SavedAccount> Saved, Exception? Failure) TryRead(
        IReadOnlyList<AccountIdentity> accounts,
        CancellationToken stopping
    )
    {
        var (saved, failure) = TryReadAsSaved(accounts, stopping);
        return (saved.ToDictionary(static each => each.Key, each => _left.AsOfNow(each.Key, each.Value)), failure);
    }

    private (Dictionary<AccountIdentity, SavedAccount> Saved, Exception? Failure) TryReadAsSaved(
        IReadOnlyList<AccountIdentity> accounts,
        CancellationToken stopping
    )
    {
        try
        {
            return (ReadOpen(accounts, stopping), null);
        }
        catch (OperationCanceledException)
        {
            return (All(accounts, SavedAccount.Unread), null);
        }
#pragma warning disable CA1031 // No failure of the store may stop the program.
        catch (Exception e)
#pragma warning restore CA1031
        {
            var unread = StoreDirectory.HasNone(_path) ? SavedAccount.NoStore : SavedAccount.Unread;
            return (_reader.TryReadAtRest(accounts) ?? All(accounts, unread), e);
        }
    }

    /// <summary>Opens the store and reads it. A damaged file is abandoned after every readable row has been read.</summary>
    private Dictionary<AccountIdentity, SavedAccount> ReadOpen(IReadOnlyList<AccountIdentity> accounts, CancellationToken stopping)
    {
        _store.OpenAnewIfTouched(_options);
        var database = _store.Open(_options, isFirst: true);
        var saved = _reader.Read(database, accounts, stopping);
        stopping.ThrowIfCancellationRequested();
        if (saved.Values.Select(static found => found.Damage).FirstOrDefault(static damage => damage is not null) is { } damage)
        {
            // A read that the disk refused once hides rows that are there. The next attempt reads them.
            _store.ProveDamage(damage);
            _guard.Replace(damage, _options, error => _log.Without(_path, error));
        }

        return saved;
    }

    private static Dictionary<AccountIdentity, SavedAccount> All(IReadOnlyList<AccountIdentity> accounts, SavedAccount saved) =>
        accounts.Distinct().ToDictionary(static account => account, _ => saved);

    /// <summary>Hands over what could not be read when its account began. Fails when it cannot be read in the open store.</summary>
    private void HandOver(Func<Snapshot> current, Action<IReadOnlyDictionary<AccountIdentity, SavedAccount>> resume)
    {
        var awaited = Awaited();
        if (awaited.Count == 0)
        {
            return;
        }

        var (found, failure) = TryRead(awaited, CancellationToken.None);
        var saved = found.Where(static each => each.Value.IsRead).ToDictionary();
        resume(saved);
        _reader.Report(saved.ExceptBy(Awaited(), static each => each.Key).ToDictionary());
        if (failure is not null)
        {
            ExceptionDispatchInfo.Throw(failure);
        }

        List<AccountIdentity> Awaited() => [.. current().Accounts.Select(static account => account.Awaited).OfType<AccountIdentity>()];
    }

    private void SaveLeft()
    {
        foreach (var left in _left.Unsaved)
        {
            Save(left, isAll: false);
        }
    }

    private void Save(Snapshot snapshot, bool isAll)
    {
        // What this run has seen itself is written only when it has taken what the store knows.
        var resumed = snapshot with
        {
            Accounts = [.. snapshot.Accounts.Where(static account => account.Awaited is null)],
        };
        if (_store.Save(resumed, _options, isAll))
        {
            var now = Moment.Now(_time);
            _instruments.Saved(() => now.At);
        }

        _left.Saved(resumed);
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
                _pruning.Saved();
                _guard.Saved();
                return true;
            }
#pragma warning disable CA1031 // No failure of the store may stop the program.
            catch (Exception e)
#pragma warning restore CA1031
            {
                if (StoreErrors.IsFull(e))
                {
                    _pruning.DiskIsFull();
                }

                _guard.Replace(e, _options, _log.NotSaved);
                _guard.NotSaved();
                return false;
            }
        }
    }
}
