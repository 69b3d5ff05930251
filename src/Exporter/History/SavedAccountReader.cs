using System.Collections.Immutable;
using Exporter.Snapshots;
using Exporter.Telemetry;

namespace Exporter.History;

/// <summary>Reads the state that a former run left of accounts, and reports what was found.</summary>
/// <param name="path">The store's directory.</param>
internal sealed class SavedAccountReader(string path, StorageInstruments instruments, TimeProvider time, HistoryLog log)
{
    /// <summary>Reads every account of an open store. A damaged row costs only itself.</summary>
    public Dictionary<AccountIdentity, SavedAccount> ReadAll(
        HistoryDatabase database,
        IReadOnlyList<AccountIdentity> accounts,
        LinksOptions links,
        CancellationToken stopping
    ) => accounts.Distinct().ToDictionary(each => each, each => database.Saved(each, links, time.GetUtcNow(), stopping));

    /// <summary>Reads one account of an open store, and reports what is damaged.</summary>
    public SavedAccount Read(HistoryDatabase database, AccountIdentity account, LinksOptions links)
    {
        var found = database.Saved(account, links, time.GetUtcNow(), CancellationToken.None);
        ReportDamaged(account, found);
        return found;
    }

    /// <summary>
    /// Reads a store that cannot be opened for writing, as on a full or read-only disk. Not one that another process holds: it knows more
    /// than the store.
    /// </summary>
    /// <returns><see langword="null"/> when it cannot be read either.</returns>
    public Dictionary<AccountIdentity, SavedAccount>? TryReadAtRest(IReadOnlyList<AccountIdentity> accounts, LinksOptions links)
    {
        try
        {
            if (StoreDirectory.IsHeld(path))
            {
                return null;
            }

            using var reader = HistoryReader.OpenAtRest(StoreDirectory.FileIn(path));
            return reader.IsCurrent
                ? Report(accounts.Distinct().ToDictionary(each => each, each => reader.Saved(each, links, time.GetUtcNow())))
                : null;
        }
#pragma warning disable CA1031 // No failure of the store may stop the program. The first one is reported.
        catch (Exception)
#pragma warning restore CA1031
        {
            return null;
        }
    }

    /// <summary>Reads accounts that a reload added, without waiting for the writer.</summary>
    /// <param name="reading"><see langword="null"/> without a store.</param>
    /// <returns><see langword="null"/> when they cannot be read now.</returns>
    public async Task<Dictionary<AccountIdentity, SavedAccount>?> TryReadAddedAsync(
        StoreReading? reading,
        IReadOnlyList<AccountIdentity> accounts,
        LinksOptions links
    )
    {
        if (reading is null)
        {
            return null;
        }

        try
        {
            var now = time.GetUtcNow();
            var found = await reading.ReadAsync(reader => accounts.ToDictionary(each => each, each => reader.Saved(each, links, now)));
            foreach (var (account, saved) in found)
            {
                ReportDamaged(account, saved);
            }

            return found;
        }
        catch (StoreUnreadableException)
        {
            // A reload must not fail. The writer reports the store's failure, and reads these accounts later.
            return null;
        }
    }

    /// <summary>Reports what was found of all accounts, and what is damaged.</summary>
    public Dictionary<AccountIdentity, SavedAccount> Report(Dictionary<AccountIdentity, SavedAccount> saved)
    {
        foreach (var (account, found) in saved)
        {
            ReportDamaged(account, found);
        }

        var count = saved.Values.Sum(static found => found.Campaigns.Length);
        instruments.Restored(count > 0);
        if (count > 0)
        {
            log.Restored(count);
        }

        return saved;
    }

    /// <summary>Returns what was found, by the account's number. What could not be read is not taken for nothing.</summary>
    public ImmutableArray<SavedAccount> ByNumber(IReadOnlyList<AccountIdentity> accounts, Dictionary<AccountIdentity, SavedAccount> saved)
    {
        var otherwise = saved.Count == 0 && StoreDirectory.HasNone(path) ? SavedAccount.Nothing : SavedAccount.Unread;
        return [.. accounts.Select(account => saved.GetValueOrDefault(account, otherwise))];
    }

    private void ReportDamaged(AccountIdentity account, SavedAccount found)
    {
        if (found.Damaged.Length > 0)
        {
            log.CampaignsDamaged(account.Name, found.Damaged);
        }
    }
}
