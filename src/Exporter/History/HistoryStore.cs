using Exporter.Snapshots;

namespace Exporter.History;

/// <summary>The store while this process holds it: its directory, its open database, its clock. For one thread at a time.</summary>
internal sealed class HistoryStore(string path, TimeProvider time, HistoryLog log) : IDisposable
{
    /// <summary>
    /// The least time between two replacements of the store. A store that is damaged again sooner is not itself the cause, so another new
    /// one would not help.
    /// </summary>
    private static readonly TimeSpan SetAsideEvery = TimeSpan.FromHours(1);

    /// <summary>
    /// The least time between two checks for changed file times alone, when the store was good. On some file systems times change by
    /// themselves.
    /// </summary>
    private static readonly TimeSpan DoubtTimesEvery = TimeSpan.FromMinutes(5);

    /// <summary>
    /// The least time between two looks for damage, when the store was sound. Each reads the whole store, and the trouble that caused it
    /// may last.
    /// </summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromMinutes(5);

    private StoreDirectory? _directory;
    private RoomReserve? _reserve;
    private bool _hasLooked;
    private long? _lastSetAside;
    private StoreFileAttributes? _left;
    private long _writes;
    private bool _isDoubted;
    private long? _lastDoubt;
    private long? _lastLook;
    private Exception? _proven;
    private long _maxSize;

    /// <summary>The database; <see langword="null"/> while there is none.</summary>
    public HistoryDatabase? Database { get; private set; }

    /// <summary>The database's file; <see langword="null"/> while there is none.</summary>
    public string? File => Database is null ? null : _directory!.DatabaseFile;

    /// <summary>The clock by which the content ages.</summary>
    public HistoryClock Clock { get; private set; }

    private bool WasSetAside => _lastSetAside is { } last && time.GetElapsedTime(last) < SetAsideEvery;

    /// <summary>Looks whether another program has changed the store's files since this program last used them.</summary>
    /// <param name="isLast">Whether the program stops. A changed time alone then counts, however recently the store was checked.</param>
    public bool LookForChanges(bool isLast = false)
    {
        if (Database is null || _left is not { } left)
        {
            return false;
        }

        var now = _directory!.ReadAttributes();
        _isDoubted |= now != left;
        var areTimesDoubted = isLast || _lastDoubt is not { } last || time.GetElapsedTime(last) >= DoubtTimesEvery;
        return _isDoubted && (areTimesDoubted || now.WithoutTimes() != left.WithoutTimes());
    }

    /// <summary>
    /// Opens the store again if its files have changed. A good store stays and gets everything that is known. Damage throws like any other
    /// error.
    /// </summary>
    public void OpenAnewIfTouched(HistoryOptions options, bool isLast = false)
    {
        if (!LookForChanges(isLast))
        {
            return;
        }

        var (left, now) = (_left!.Value, _directory!.ReadAttributes());
        Close();
        Open(options);
        if (now.WithoutTimes() == left.WithoutTimes())
        {
            _lastDoubt = time.GetTimestamp();
        }
        else
        {
            log.Touched(_directory!.DatabaseFile, now.DescribeChangesSince(left));
        }
    }

    /// <summary>Opens the store unless it is open.</summary>
    /// <param name="options">The limit of its size.</param>
    /// <param name="isFirst">Whether this run has not used the store yet. Then an empty file is reported.</param>
    public HistoryDatabase Open(HistoryOptions options, bool isFirst = false)
    {
        if (Database is { } open)
        {
            return open;
        }

        _maxSize = options.MaxSize;
        _directory ??= StoreDirectory.TryAcquire(path, out var problem) ?? throw new IOException(problem);
        try
        {
            // A later attempt may find the file that this one creates.
            var found = _directory.Prepare();
            var wasEmpty = found == StoreFound.Empty && isFirst && !_hasLooked;
            _hasLooked = true;
            if (wasEmpty)
            {
                log.WasEmpty(_directory.DatabaseFile);
            }

            var database = HistoryDatabase.Open(
                _directory.DatabaseFile,
                _isDoubted,
                isReplacement: wasEmpty || found == StoreFound.SetAside
            );
            Database = database;
            _isDoubted = false;
            Clock = database.StartClock(time);
            _reserve = new RoomReserve(path);
            database.Bound(options.MaxSize);
            _left = _directory.ReadAttributes();
            _writes = database.Writes;
            return database;
        }
        catch (Exception e)
        {
            Database?.Dispose();
            Database = null;
            if (StoreErrors.MayLackRoom(e))
            {
                // The room is then free for the next attempt.
                new RoomReserve(path).Spend();
            }

            if (!StoreErrors.MayBeDamage(e))
            {
                // Release the directory: an operator may replace it, and the next attempt then takes the new one.
                Close();
            }

            throw;
        }
    }

    /// <summary>Saves the changes.</summary>
    /// <param name="isAll">Whether the snapshot has all accounts.</param>
    /// <returns>Whether there were any.</returns>
    public bool Save(Snapshot snapshot, HistoryOptions options, bool isAll = true)
    {
        var database = Open(options);
        Clock = Clock.Now(time);
        return Write(() => database.Save(snapshot, Clock, isAll));
    }

    /// <summary>Whether the store takes more of the disk than it may.</summary>
    public bool IsTooBig(HistoryOptions options) => Database!.Size + _reserve!.Counted(options.MaxSize) > options.MaxSize;

    /// <summary>Begins to drop changes that are too old or too many.</summary>
    public Pruning Prune(HistoryOptions options, bool isFull)
    {
        Clock = Clock.Now(time);
        if (_maxSize != options.MaxSize)
        {
            // A reload has changed the limit.
            _maxSize = options.MaxSize;
            Database!.Bound(_maxSize);
        }

        if (isFull)
        {
            // With this room the log can be emptied, so that deletions can be written to it.
            _reserve!.Spend();
            Checkpoint();
        }
        else
        {
            // A reserve as big as a former limit allowed would leave the history too little.
            KeepReserve();
        }

        return Database!.Prune(options with { MaxSize = options.MaxSize - _reserve!.Counted(options.MaxSize) }, Clock, time, isFull);
    }

    /// <summary>Runs the next slice.</summary>
    /// <returns>Whether another slice remains.</returns>
    public bool Step(Pruning pruning) => Write(pruning.Step);

    /// <summary>Moves the write-ahead log into the file, if there is a store.</summary>
    public void Checkpoint() =>
        Write(() =>
        {
            Database?.Checkpoint();
            return true;
        });

    /// <summary>Shows that the store can be written, also when there is nothing to save.</summary>
    /// <exception cref="Microsoft.Data.Sqlite.SqliteException">It cannot.</exception>
    public void ProveWritable() =>
        Write(() =>
        {
            Database!.Rewrite();
            return true;
        });

    /// <summary>Reserves a little room for the time when the disk is full, if there is room now.</summary>
    public void KeepReserve() => _reserve?.Keep(_maxSize);

    /// <summary>Closes the store and looks whether it is damaged, as an error of it may mean.</summary>
    /// <exception cref="IOException">That is not proven. The store stays, and the next attempt opens it again.</exception>
    public void ProveDamage(Exception suspicion)
    {
        Database?.Dispose();
        Database = null;
        if (_directory is null || WasSetAside || ReferenceEquals(_proven, suspicion))
        {
            return;
        }

        var hasLooked = _lastLook is { } last && time.GetElapsedTime(last) < LookEvery;
        if (!hasLooked && DamageProof.IsGiven(_directory.DatabaseFile, StoreErrors.IsOfTables(suspicion)))
        {
            _proven = suspicion;
            return;
        }

        _lastLook = hasLooked ? _lastLook : time.GetTimestamp();
        Close();
        throw new IOException($"the store cannot be used at the moment, but it is not damaged: {suspicion.Message}", suspicion);
    }

    /// <summary>Sets a damaged database aside, so that a new one can be started.</summary>
    /// <returns>Whether it did; a store that is damaged repeatedly stays where it is.</returns>
    /// <exception cref="IOException">The damage is not proven, see <see cref="ProveDamage"/>.</exception>
    public bool SetAside(Exception damage)
    {
        ProveDamage(damage);
        if (_directory is null || WasSetAside)
        {
            return false;
        }

        _lastSetAside = time.GetTimestamp();
        var aside = _directory.SetAside(time.GetUtcNow(), _maxSize);
        log.SetAside(_directory.DatabaseFile, damage.Message, aside);
        return true;
    }

    public void Close()
    {
        Database?.Dispose();
        _directory?.Dispose();
        (Database, _directory, _left) = (null, null, null);
    }

    public void Dispose() => Close();

    /// <summary>
    /// Runs an action that may write to the files. After a write, the files' present state is the one to expect. Without a write nothing is
    /// recorded, so that another program's change is not mistaken for this program's own.
    /// </summary>
    private T Write<T>(Func<T> write)
    {
        try
        {
            return write();
        }
        catch
        {
            // SQLite does not count what a statement wrote before it failed.
            _writes = -1;
            throw;
        }
        finally
        {
            if (Database is { } database && _left is { } left && database.Writes != _writes)
            {
                _writes = database.Writes;
                _left = left.AfterWriting(_directory!.ReadAttributes(), StoreDirectory.LeastBytes);
            }
        }
    }
}
