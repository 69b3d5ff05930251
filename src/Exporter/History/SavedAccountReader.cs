using Exporter.Snapshots;
using Exporter.Telemetry;

namespace Exporter.History;

/// <summary>Reads the state that was saved of accounts, and reports what a former run left. For one thread at a time.</summary>
/// <param name="path">The store's directory.</param>
internal sealed class SavedAccountReader(string path, StorageInstruments instruments, TimeProvider time, HistoryLog log)
{
    /// <summary>
    /// The pause after an attempt to read a store at rest that brought nothing: it may have copied the store for that.
    /// </summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private readonly HashSet<AccountIdentity> _inVain = [];
    private long _triedInVain;

    /// <summary>Reads accounts of an open store. A damaged row costs only itself.</summary>
    public Dictionary<AccountIdentity, SavedAccount> Read(
        HistoryDatabase database,
        IReadOnlyList<AccountIdentity> accounts,
        CancellationToken stopping
    ) => accounts.Distinct().ToDictionary(each => each, each => database.Saved(each, time.GetUtcNow(), stopping));

    /// <summary>
    /// Reads a store that cannot be opened for writing, as on a full or read-only disk. Not one that another process holds: it knows more
    /// than the store. What is damaged here may be readable once the store can be opened.
    /// </summary>
    /// <returns><see langword="null"/> when it cannot be read either, or could not a moment ago.</returns>
    public Dictionary<AccountIdentity, SavedAccount>? TryReadAtRest(IReadOnlyList<AccountIdentity> accounts)
    {
        if (_inVain.IsSupersetOf(accounts) && _inVain.Count > 0 && time.GetElapsedTime(_triedInVain) < Pause)
        {
            return null;
        }

        var found = ReadAtRest(accounts);
        _inVain.Clear();
        if (found is null || found.Values.Any(static saved => saved.MayHoldMore))
        {
            _inVain.UnionWith(accounts);
            _triedInVain = time.GetTimestamp();
        }

        return found;
    }

    /// <summary>Reports what a former run left, and what is damaged.</summary>
    public void Report(IReadOnlyDictionary<AccountIdentity, SavedAccount> saved)
    {
        foreach (var (account, found) in saved.Where(static each => each.Value.Damaged.Length > 0))
        {
            log.CampaignsDamaged(account.Name, found.Damaged);
        }

        var count = saved.Values.Where(static found => !found.IsOfThisRun).Sum(static found => found.Campaigns.Length);
        if (count > 0)
        {
            instruments.Restored(restored: true);
            log.Restored(count);
        }
    }

    private Dictionary<AccountIdentity, SavedAccount>? ReadAtRest(IReadOnlyList<AccountIdentity> accounts)
    {
        try
        {
            if (StoreDirectory.IsHeld(path))
            {
                return null;
            }

            using var reader = HistoryReader.OpenAtRest(StoreDirectory.FileIn(path));
            return reader.IsCurrent
                ? accounts
                    .Distinct()
                    .Select(each => (Account: each, Saved: reader.Saved(each, time.GetUtcNow())))
                    .ToDictionary(
                        static each => each.Account,
                        static each => each.Saved with { MayHoldMore = each.Saved.Damage is not null }
                    )
                : null;
        }
#pragma warning disable CA1031 // No failure of the store may stop the program. The first one is reported.
        catch (Exception)
#pragma warning restore CA1031
        {
            return null;
        }
    }
}
