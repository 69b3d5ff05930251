using System.Collections.Concurrent;
using System.Collections.Immutable;
using Exporter.Snapshots;
using Exporter.Telemetry;

namespace Exporter.History;

/// <summary>
/// Keeps what was seen: reads the saved state before anything starts, and then writes behind the polls. It only ever looks at the
/// immutable snapshots, so neither a poll nor a scrape waits for a disk; and whatever is wrong with the store, the program goes on.
/// </summary>
/// <remarks>It stops after the polling, so that the last walk is saved.</remarks>
internal sealed class HistoryService : BackgroundService
{
    /// <summary>Between two looks at the snapshot. Promise 7 allows 10 s; what changes twice within it is seen once.</summary>
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    /// <summary>After a failed write.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    /// <summary>Between two slices of pruning, for everybody else who needs the disk.</summary>
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(50);

    /// <summary>A disk that has not answered for this long is told of.</summary>
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

    /// <summary>Accounts of a reload that came while the store could not be read: what it holds of them is handed over late.</summary>
    private readonly ConcurrentQueue<AccountIdentity> _owed = [];

    /// <param name="path">Directory of the store; empty keeps nothing.</param>
    /// <param name="options">How much is kept.</param>
    /// <param name="accounts">The accounts, by number.</param>
    /// <param name="links">How much of the URLs is shown, and so stored.</param>
    /// <param name="instruments">The store's own metrics.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">For the operator.</param>
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

    /// <summary>How long what was observed is kept.</summary>
    public TimeSpan Retention => _options.Retention;

    /// <summary>Where the snapshots come from; set before the start.</summary>
    public SnapshotStore? Source { get; set; }

    /// <summary>
    /// Who takes the state that a former run left when it could not be read at the start, because that run had not ended; set before the
    /// start. It says whether it could: nothing is saved before.
    /// </summary>
    public Func<IReadOnlyDictionary<AccountIdentity, SavedAccount>, bool>? Late { get; set; }

    /// <summary>The state that a former run left, by the account's number, whatever the store is like; once, before the start.</summary>
    /// <param name="stopping">A program that is to stop restores nothing more.</param>
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
#pragma warning disable CA1031 // Whatever it is, the program goes on.
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

    /// <summary>A reader of what was observed; <see langword="null"/> without a store.</summary>
    public HistoryReader? OpenReader() => File is { } file ? HistoryReader.Open(file) : null;

    /// <summary>Takes over other options and accounts.</summary>
    /// <returns>What the store holds of those accounts that are new to this run, by the account's number; nothing of the others.</returns>
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

        // A disk that hangs must not hold up the stop; what lies in the store is complete in any case.
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

    /// <summary>Tells when a disk does not answer: then nothing fails, and nothing is saved.</summary>
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
            // A store that is found damaged is begun anew the second time.
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
            // What could not be used at the start may be by now: what it holds and this run does not know is taken before it is written
            // over.
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

    /// <summary>One slice of pruning, when it is due.</summary>
    /// <returns>Whether there is another one.</returns>
    private bool PruneSlice()
    {
        lock (_saving)
        {
            if (_store.IsTouched())
            {
                // The next save looks after it.
                return false;
            }

            try
            {
                return _pruning.Slice(_store, _options);
            }
#pragma warning disable CA1031 // Whatever it is, saving goes on.
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
    /// Does something with the store. Its failure is told once and changes nothing else; a damaged store is set aside and begun anew.
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
#pragma warning disable CA1031 // Whatever it is, the program goes on.
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
    /// Sets a damaged store aside and begins a new one; of anything else, and when that fails, it is told once that the store cannot be
    /// used.
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
#pragma warning disable CA1031 // Whatever it is, the program goes on.
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
    /// Opens the store and reads what a former run left of each account. A file that is damaged is given up once what can be read is read.
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

    /// <summary>Reads what could not be read when a reload added its account.</summary>
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

    /// <summary>Reads what is kept of accounts that a reload has added, beside the writer.</summary>
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
#pragma warning disable CA1031 // A reload is no reason to stop; the writer will say what is wrong with the store.
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
