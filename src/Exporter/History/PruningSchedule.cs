namespace Exporter.History;

/// <summary>
/// When the store is pruned: at the start of every run, however short it is, then every hour, at once when there is too much, and when the
/// disk is full. It runs slice by slice, beside the saving, whether that succeeds or not.
/// </summary>
internal sealed class PruningSchedule(TimeProvider time, HistoryLog log)
{
    private static readonly TimeSpan Every = TimeSpan.FromHours(1);

    private Pruning? _pruning;
    private HistoryDatabase? _pruned;
    private long? _last;
    private bool _couldNotShrink;
    private volatile bool _isHastened;
    private bool _isFull;
    private bool _madeRoom;

    /// <summary>Something else is too old or too much from now on.</summary>
    public void Hasten() => _isHastened = true;

    /// <summary>A save found no room. Room is made once until a save succeeds: the disk may be full of what is not ours.</summary>
    public void DiskIsFull() => _isFull = !_madeRoom;

    public void Saved() => (_isFull, _madeRoom) = (false, false);

    /// <summary>It is begun anew in an hour.</summary>
    public void Failed() => (_pruning, _last, _isFull) = (null, time.GetTimestamp(), false);

    /// <summary>Takes a slice if there is one to take.</summary>
    /// <returns>Whether there is another one.</returns>
    public bool Slice(HistoryStore store, HistoryOptions options)
    {
        if (!ReferenceEquals(_pruned, store.Database))
        {
            // A store that was opened anew, or begun anew, has another connection.
            (_pruned, _pruning) = (store.Database, null);
        }

        if (_pruned is null)
        {
            return false;
        }

        var isFull = _isFull;
        if (_isFull || (_pruning is null && IsDue(store, options)))
        {
            (_isHastened, _isFull, _madeRoom) = (false, false, isFull);
            _pruning = store.Prune(options, isFull);
        }

        if (_pruning is not { } pruning)
        {
            return false;
        }

        if (store.Step(pruning))
        {
            return true;
        }

        Complete(pruning, options, isFull: _madeRoom);
        _couldNotShrink = store.IsTooBig(options);
        store.KeepReserve();
        return false;
    }

    private bool IsDue(HistoryStore store, HistoryOptions options) =>
        _isHastened || _last is not { } last || time.GetElapsedTime(last) >= Every || (!_couldNotShrink && store.IsTooBig(options));

    private void Complete(Pruning pruning, HistoryOptions options, bool isFull)
    {
        (_pruning, _last) = (null, time.GetTimestamp());
        if (pruning.Kept < options.Retention && isFull)
        {
            log.DiskFull(pruning.Kept, options.Retention);
        }
        else if (pruning.Kept < options.Retention)
        {
            log.Shortened(pruning.Kept, options.Retention);
        }
    }
}
