namespace Exporter.History;

/// <summary>
/// Decides when the store is pruned: at the start of every run, however short; then every hour; at once when it is too big, and when the
/// disk is full. Pruning runs in slices beside the saving, whether that succeeds or not.
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

    /// <summary>Makes pruning due, because the limits of age or size have changed.</summary>
    public void Hasten() => _isHastened = true;

    /// <summary>
    /// Makes pruning due after a save found no room. It happens once until a save succeeds: other programs' files may fill the disk.
    /// </summary>
    public void DiskIsFull() => _isFull = !_madeRoom;

    public void Saved() => (_isFull, _madeRoom) = (false, false);

    /// <summary>Abandons the pruning; it starts again in an hour.</summary>
    public void Failed() => (_pruning, _last, _isFull) = (null, time.GetTimestamp(), false);

    /// <summary>Runs a slice if one is due.</summary>
    /// <returns>Whether another slice remains.</returns>
    public bool Slice(HistoryStore store, HistoryOptions options)
    {
        if (!ReferenceEquals(_pruned, store.Database))
        {
            // A store that was opened again, or replaced, has another connection.
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
        var couldNot = _couldNotShrink;
        _couldNotShrink = store.IsTooBig(options);
        if (_couldNotShrink && !couldNot)
        {
            log.TooBig(options.MaxSize);
        }

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
