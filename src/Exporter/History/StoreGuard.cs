using Exporter.Telemetry;

namespace Exporter.History;

/// <summary>
/// Guards the store: replaces it when it is damaged, and tells how it is. The metric says whether the last save succeeded; the log says
/// once for each trouble why not.
/// </summary>
internal sealed class StoreGuard(HistoryStore store, StorageInstruments instruments, HistoryLog log)
{
    private readonly Lock _telling = new();
    private volatile string? _file;
    private bool? _isUsable;
    private bool _isFailureLogged;

    /// <summary>The database, for readers; <see langword="null"/> while there is no store. For any thread.</summary>
    public string? File => _file;

    /// <summary>
    /// The store was opened or read. That this is possible counts only at the start, before anything else was told: a full disk can be
    /// read, too, and only a save shows that there is room again.
    /// </summary>
    public void Read()
    {
        _file = store.File;
        lock (_telling)
        {
            if (_file is null || _isUsable is null)
            {
                Tell(isUsable: _file is not null);
            }
        }
    }

    /// <summary>
    /// Shows after a trouble that the store can be written, also when nothing is left to save: a reload may have taken away what could not
    /// be saved.
    /// </summary>
    /// <exception cref="Microsoft.Data.Sqlite.SqliteException">It cannot.</exception>
    public void ProveWritable()
    {
        if (_isUsable != true)
        {
            store.ProveWritable();
        }
    }

    /// <summary>A save has ended well.</summary>
    public void Saved()
    {
        _file = store.File;
        lock (_telling)
        {
            if (_isFailureLogged)
            {
                log.SavedAgain();
            }

            _isFailureLogged = false;
            Tell(isUsable: true);
        }
    }

    /// <summary>A save has failed.</summary>
    public void NotSaved()
    {
        _file = store.File;
        instruments.SaveFailed();
        lock (_telling)
        {
            Tell(isUsable: false);
        }
    }

    /// <summary>The disk does not answer. For any thread.</summary>
    public void Hangs(TimeSpan patience)
    {
        lock (_telling)
        {
            _isFailureLogged = true;
            Tell(isUsable: false);
            log.Hangs(patience);
        }
    }

    /// <summary>
    /// Sets a damaged store aside and starts a new one. For any other error, and when that fails, logs once that the store cannot be used.
    /// </summary>
    public void Replace(Exception damage, HistoryOptions options, Action<string> report)
    {
        try
        {
            if (StoreErrors.MayBeDamage(damage) && store.SetAside(damage))
            {
                store.Open(options);
                return;
            }
        }
#pragma warning disable CA1031 // No failure of the store may stop the program.
        catch (Exception worse)
#pragma warning restore CA1031
        {
            damage = worse;
        }

        lock (_telling)
        {
            if (!_isFailureLogged)
            {
                report(damage.Message);
            }

            _isFailureLogged = true;
        }
    }

    private void Tell(bool isUsable)
    {
        _isUsable = isUsable;
        instruments.StoreUsable(isUsable);
    }
}
