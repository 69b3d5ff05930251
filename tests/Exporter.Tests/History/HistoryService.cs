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
    private readonly IReadOnlyList<AccountIdentity> _accounts;

    public HistoryService(
        string path,
        HistoryOptions options,
        IReadOnlyList<AccountIdentity> accounts,
        StorageInstruments instruments,
        TimeProvider time,
        ILogger logger
    )
    {
        (State, _accounts) = (new SavedState(path, options, instruments, time, logger), accounts);
        _writer = new HistoryWriter(State, () => Source.Current, Resume, time);
    }

    public SavedState State { get; }

    /// <summary>What is saved.</summary>
    public SnapshotStore Source { get; set; } = new(new Snapshot());

    /// <summary>Takes what was read late.</summary>
    public Action<IReadOnlyDictionary<AccountIdentity, SavedAccount>>? Late { get; set; }

    /// <summary>Whether what was read late is taken: not before the polling has begun.</summary>
    public bool IsTaking { get; set; } = true;

    public string? File => State.File;

    public ImmutableArray<SavedAccount> Restore(CancellationToken stopping) => State.Restore(_accounts, stopping);

    public Task StartAsync(CancellationToken cancellation) => _writer.StartAsync(cancellation);

    public Task StopAsync(CancellationToken cancellation) => _writer.StopAsync(cancellation);

    private void Resume(IReadOnlyDictionary<AccountIdentity, SavedAccount> saved)
    {
        Late?.Invoke(saved);
        Source.Update(before =>
            IsTaking ? before with { Accounts = [.. before.Accounts.Select(account => account with { Awaited = Left(account) })] } : before
        );

        AccountIdentity? Left(AccountSnapshot account) =>
            account.Awaited is { } awaited && saved.GetValueOrDefault(awaited) is { MayHoldMore: false } ? null : account.Awaited;
    }

    public void Dispose()
    {
        _writer.Dispose();
        State.Dispose();
    }
}
