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
    /// <summary>Between two looks at the snapshot. The contract allows 10 s; what changes twice within it is seen once.</summary>
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    /// <summary>After a failed write.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan PruneEvery = TimeSpan.FromHours(1);

    private volatile HistoryOptions _options;
    private volatile LinksOptions _links;
    private readonly IReadOnlyList<AccountIdentity> _accounts;
    private readonly StateInstruments _instruments;
    private readonly TimeProvider _time;
    private readonly HistoryLog _log;
    private readonly string _path;
    private readonly Lock _saving = new();
    private StorageDirectory? _directory;
    private HistoryDatabase? _database;
    private volatile string? _file;
    private DateTimeOffset _lastPrune;
    private bool _troubleTold;

    /// <param name="path">Directory of the store; empty keeps nothing.</param>
    /// <param name="options">How much is kept.</param>
    /// <param name="accounts">The accounts, by number.</param>
    /// <param name="links">How much of the URLs is shown, and so stored.</param>
    /// <param name="instruments">The store's own metrics.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">For the operator.</param>
    public HistoryService(
        string path, HistoryOptions options, IReadOnlyList<AccountIdentity> accounts, LinksOptions links, StateInstruments instruments, TimeProvider time, ILogger logger)
    {
        (_path, _options, _accounts, _links, _instruments, _time, _log) = (path, options, accounts, links, instruments, time, new HistoryLog(logger));
        Saved = [.. accounts.Select(_ => ImmutableArray<CampaignSnapshot>.Empty)];
        if (path.Length == 0)
        {
            return;
        }

        Restore();
        _troubleTold = _database is null;
        _instruments.Restored(Saved.Any(account => account.Length > 0));
        Tell();
    }

    /// <summary>The state that a former run left, by the account's number.</summary>
    public ImmutableArray<ImmutableArray<CampaignSnapshot>> Saved { get; private set; }

    /// <summary>The database, for readers; <see langword="null"/> while there is no store.</summary>
    public string? File => _file;

    /// <summary>Where the snapshots come from; set before the start.</summary>
    public SnapshotStore? Source { get; set; }

    /// <summary>What was observed of one campaign of an account, see <see cref="HistoryReader.Read"/>; <see langword="null"/> without a store.</summary>
    public IReadOnlyList<ObservedSeries>? Read(
        AccountIdentity account, CampaignKind kind, string id, DateTimeOffset from, DateTimeOffset to, string? what = null, TimeSpan? every = null) =>
        File is { } file ? HistoryReader.Read(file, account, kind, id, from, to, what, every) : null;

    /// <summary>Takes over other options, without waiting for the disk. What is stored of an account that is new to this run is written, not read.</summary>
    public void Reconfigure(HistoryOptions options, LinksOptions links) => (_options, _links) = (options, links);

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
            Close();
            _saving.Exit();
        }

        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        _lastPrune = _time.GetUtcNow();
        while (_path.Length > 0 && !stoppingToken.IsCancellationRequested)
        {
            var isGood = await Task.Run(() => Fenced(Save), CancellationToken.None);
            if (isGood && _time.GetUtcNow() - _lastPrune > PruneEvery)
            {
                _lastPrune = _time.GetUtcNow();
                await Task.Run(() => Fenced(() => Prune(stoppingToken)), CancellationToken.None);
            }

            await Task.Delay(isGood ? Tick : Pause, _time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void SaveLast()
    {
        if (_path.Length > 0)
        {
            // A store that is found damaged or deleted is begun anew the second time.
            _ = Fenced(SaveAll) || Fenced(SaveAll);
        }

        void SaveAll()
        {
            Save();
            _database?.Checkpoint();
        }
    }

    private void Save()
    {
        if (Source is { } source)
        {
            if (_database is not null && !System.IO.File.Exists(_directory!.DatabaseFile))
            {
                // What is written to a deleted file is lost, and SQLite does not notice.
                Close();
                throw new IOException("the store has been deleted");
            }

            // What could not be used at the start may be by now. Nothing of it is restored: what this run knows is newer.
            _database ??= Open();
            _database.Reconfigure(_links);
            if (_database.Save(source.Current))
            {
                _instruments.Saved(_time.GetUtcNow());
            }
        }
    }

    private void Prune(CancellationToken stopping)
    {
        if (_database?.Prune(_options, _lastPrune, stopping) is { } kept && kept < _options.Retention)
        {
            _log.Shortened(kept, _options.Retention);
        }
    }

    /// <summary>Does something with the store. Its failure is told once and changes nothing else; a damaged store is set aside and begun anew.</summary>
    private bool Fenced(Action action)
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
                return true;
            }
            catch (Exception e) when (StoreErrors.IsDamage(e))
            {
                _instruments.SaveFailed();
                _database?.Dispose();
                _database = null;
                Renew(e);
            }
            catch (Exception e) when (StoreErrors.IsTrouble(e))
            {
                _instruments.SaveFailed();
                if (!_troubleTold)
                {
                    _log.NotSaved(e.Message);
                }

                _troubleTold = true;
            }
            finally
            {
                Tell();
            }

            return false;
        }
    }

    /// <summary>Reads the saved state, whatever it is like.</summary>
    private void Restore()
    {
        try
        {
            _database = Open();
            Saved = _database.Saved;
            if (Saved.Sum(account => account.Length) is var count and > 0)
            {
                _log.Restored(count);
            }
        }
        catch (Exception e) when (StoreErrors.IsDamage(e))
        {
            Renew(e);
        }
        catch (Exception e) when (StoreErrors.IsTrouble(e))
        {
            _log.Without(_path, e.Message);
        }
    }

    private HistoryDatabase Open()
    {
        _directory ??= StorageDirectory.Take(_path, out var problem) ?? throw new IOException(problem);
        try
        {
            return HistoryDatabase.Open(_directory.DatabaseFile, _accounts, _links);
        }
        catch (Exception e) when (StoreErrors.IsTrouble(e) && !StoreErrors.IsDamage(e))
        {
            // Somebody may put another directory in its place, which is taken then.
            Close();
            throw;
        }
    }

    private void Close()
    {
        _database?.Dispose();
        _directory?.Dispose();
        (_database, _directory) = (null, null);
    }

    /// <summary>Sets a damaged database aside and begins a new one; when even that fails the program goes on without.</summary>
    private void Renew(Exception damage)
    {
        try
        {
            var aside = _directory!.SetAside(_time.GetUtcNow());
            _log.SetAside(_directory.DatabaseFile, damage.Message, aside);
            _database = Open();
        }
        catch (Exception e) when (StoreErrors.IsDamage(e) || StoreErrors.IsTrouble(e))
        {
            _log.Without(_path, e.Message);
        }
    }

    private void Tell()
    {
        _file = _database is null ? null : _directory!.DatabaseFile;
        _instruments.StoreUsable(_database is not null);
    }
}
