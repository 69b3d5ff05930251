using Exporter.Snapshots;

namespace Exporter.History;

/// <summary>The store as long as it is held: its directory, its open database, its clock. One thread at a time.</summary>
internal sealed class HistoryStore(string path, TimeProvider time, HistoryLog log) : IDisposable
{
    /// <summary>A store that is damaged again within this time is no store's fault: another new one would not be better.</summary>
    private static readonly TimeSpan SetAsideEvery = TimeSpan.FromHours(1);

    /// <summary>
    /// A store whose files were only written to, and that is good all the same, is doubted for that reason again only after this time:
    /// there are file systems whose times change by themselves.
    /// </summary>
    private static readonly TimeSpan DoubtTimesEvery = TimeSpan.FromMinutes(5);

    private StorageDirectory? _directory;
    private RoomReserve? _reserve;
    private bool _hasLooked;
    private long? _lastSetAside;
    private StoreFileAttributes? _left;
    private long _writes;
    private bool _isDoubted;
    private long? _lastDoubt;

    /// <summary>The database; <see langword="null"/> while there is none.</summary>
    public HistoryDatabase? Database { get; private set; }

    /// <summary>Its file; <see langword="null"/> while there is none.</summary>
    public string? File => Database is null ? null : _directory!.DatabaseFile;

    /// <summary>The time by which what is in it ages.</summary>
    public HistoryClock Clock { get; private set; }

    /// <summary>Whether its files have changed since this program last used them.</summary>
    /// <param name="isLast">The program stops: a changed time alone counts, too, however recently the store was checked.</param>
    public bool IsTouched(bool isLast = false)
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
    /// Opens the store again if its files have changed. What is good stays and gets all that is known. Damage is an error like any other.
    /// </summary>
    public void OpenAnewIfTouched(HistoryOptions options, bool isLast = false)
    {
        if (!IsTouched(isLast))
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

    /// <summary>Opens it if it is not.</summary>
    /// <param name="options">How big it may be.</param>
    /// <param name="isFirst">Whether nothing was done with it in this run yet: then a file without anything in it is told of.</param>
    public HistoryDatabase Open(HistoryOptions options, bool isFirst = false)
    {
        if (Database is { } open)
        {
            return open;
        }

        _directory ??= StorageDirectory.TryAcquire(path, out var problem) ?? throw new IOException(problem);
        try
        {
            // The next try may find what this one has made.
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
            Clock = HistoryClock.Begin(database.StoredTime, time);
            _reserve = new RoomReserve(path, options.MaxSize);
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
                // The next try has it.
                new RoomReserve(path, options.MaxSize).Spend();
            }

            if (!StoreErrors.IsCorruption(e))
            {
                // Somebody may put another directory in its place, which is taken then.
                Close();
            }

            throw;
        }
    }

    /// <summary>Saves what has changed.</summary>
    /// <returns>Whether something had.</returns>
    public bool Save(Snapshot snapshot, HistoryOptions options)
    {
        var database = Open(options);
        Clock = Clock.Now(time);
        return Write(() => database.Save(snapshot, Clock.At));
    }

    /// <summary>Whether the store takes more of the disk than it may.</summary>
    public bool IsTooBig(HistoryOptions options) => Database!.Size + _reserve!.Size > options.MaxSize;

    /// <summary>Begins to drop what is too old or too much.</summary>
    public Pruning Prune(HistoryOptions options, bool isFull)
    {
        Clock = Clock.Now(time);
        if (isFull)
        {
            // The log can be emptied then, and what is dropped is written over it.
            _reserve!.Spend();
            Checkpoint();
        }

        return Database!.Prune(options with { MaxSize = options.MaxSize - _reserve!.Size }, Clock.At, time, isFull);
    }

    /// <summary>Takes the next slice.</summary>
    /// <returns>Whether there is another one.</returns>
    public bool Step(Pruning pruning) => Write(pruning.Step);

    /// <summary>Empties the write-ahead log into the file, if there is a store.</summary>
    public void Checkpoint() =>
        Write(() =>
        {
            Database?.Checkpoint();
            return true;
        });

    /// <summary>Holds a little room for the day on which the disk is full, if there is room now.</summary>
    public void KeepReserve() => _reserve?.Keep();

    /// <summary>Sets a damaged database aside, so that a new one can be begun.</summary>
    /// <returns>Whether that was done; a store that is damaged again and again stays where it is.</returns>
    public bool SetAside(Exception damage)
    {
        Database?.Dispose();
        Database = null;
        if (_directory is null || (_lastSetAside is { } last && time.GetElapsedTime(last) < SetAsideEvery))
        {
            return false;
        }

        _lastSetAside = time.GetTimestamp();
        var aside = _directory.SetAside(time.GetUtcNow());
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
    /// Does something that may write to the files: when it did, they should look next time as they do right after it. Nothing is learned
    /// from files that this program did not write to, or what somebody else did to them meanwhile would be taken for its own work.
    /// </summary>
    private T Write<T>(Func<T> write)
    {
        try
        {
            return write();
        }
        catch
        {
            // What a statement wrote before it failed is not counted.
            _writes = -1;
            throw;
        }
        finally
        {
            if (Database is { } database && _left is { } left && database.Writes != _writes)
            {
                _writes = database.Writes;
                _left = left.AfterWriting(_directory!.ReadAttributes(), StorageDirectory.LeastBytes);
            }
        }
    }
}
