using System.Collections.Immutable;
using Exporter.History;
using Exporter.Snapshots;
using Exporter.Telemetry;
using Microsoft.Extensions.Logging;

namespace Exporter.Tests.History;

/// <summary>The saved state with its writer, and a snapshot that a test sets.</summary>
internal sealed class HistoryService : IDisposable
{
    private readonly HistoryWriter _writer;

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
        State = new SavedState(path, options, accounts, links, instruments, time, logger);
        _writer = new HistoryWriter(State, () => Source.Current, saved => Late?.Invoke(saved) ?? true, time);
    }

    public SavedState State { get; }

    /// <summary>What is saved.</summary>
    public SnapshotStore Source { get; set; } = new(new Snapshot());

    public Func<IReadOnlyDictionary<AccountIdentity, SavedAccount>, bool>? Late { get; set; }

    public string? File => State.File;

    public ImmutableArray<SavedAccount> Restore(CancellationToken stopping) => State.Restore(stopping);

    public Task<ImmutableArray<SavedAccount>> ReconfigureAsync(
        HistoryOptions options,
        LinksOptions links,
        IReadOnlyList<AccountIdentity> accounts
    ) => State.ReconfigureAsync(options, links, accounts);

    public Task StartAsync(CancellationToken cancellation) => _writer.StartAsync(cancellation);

    public Task StopAsync(CancellationToken cancellation) => _writer.StopAsync(cancellation);

    public void Dispose()
    {
        _writer.Dispose();
        State.Dispose();
    }
}
