using System.Collections.Concurrent;
using Exporter.Snapshots;

namespace Exporter.History;

/// <summary>
/// The accounts that reloads have taken out, as they were last shown, until they are saved. Whether the store takes them or not, one that
/// comes back goes on from there: a mistyped name that is corrected must not show older values.
/// </summary>
internal sealed class LeftAccounts(TimeProvider time)
{
    private readonly ConcurrentDictionary<AccountIdentity, Snapshot> _left = new();

    /// <summary>
    /// The accounts that this run has saved, each with the reading of the clock by which it wrote its moments; <see langword="null"/> when
    /// that is unknown.
    /// </summary>
    private readonly Dictionary<AccountIdentity, ClockReading?> _saved = [];

    /// <summary>
    /// Those that are to be saved, each in a snapshot of its own. Not those that wait for saved state: they do not know what the store
    /// knows.
    /// </summary>
    public IEnumerable<Snapshot> Unsaved => _left.Values.Where(static left => left.Accounts[0].Awaited is null);

    /// <summary>
    /// A reload replaces one snapshot by another. What stays or is back is saved as it will be. For any thread; callers take turns.
    /// </summary>
    public void Replace(Snapshot before, Snapshot next)
    {
        var stay = next.Accounts.Select(static account => account.Identity).ToHashSet();
        foreach (var account in stay)
        {
            _left.TryRemove(account, out _);
        }

        foreach (var account in before.Accounts.Where(account => !stay.Contains(account.Identity) && IsKnown(account)))
        {
            _left[account.Identity] = before with { Accounts = [account] };
        }
    }

    /// <summary>A snapshot was saved.</summary>
    public void Saved(Snapshot saved)
    {
        foreach (var account in saved.Accounts)
        {
            if (_left.TryGetValue(account.Identity, out var left) && ReferenceEquals(left.Accounts[0], account))
            {
                _left.TryRemove(KeyValuePair.Create(account.Identity, left));
            }

            _saved[account.Identity] = account.Clock ?? _saved.GetValueOrDefault(account.Identity);
        }
    }

    /// <summary>Returns those of the accounts that are not saved yet, as they would be read if they were. For any thread.</summary>
    public Dictionary<AccountIdentity, SavedAccount> Find(IEnumerable<AccountIdentity> accounts)
    {
        var found = new Dictionary<AccountIdentity, SavedAccount>();
        foreach (var identity in accounts)
        {
            if (_left.TryGetValue(identity, out var left))
            {
                var account = left.Accounts[0];
                found[identity] = AsOfNow(AsSaved(account), account.Clock);
            }
        }

        return found;
    }

    /// <summary>
    /// Returns what was read of an account with moments that are no later than they were: the clock may have been set back since this run
    /// saved them, while the account was out and nothing moved with the clock.
    /// </summary>
    public SavedAccount AsOfNow(AccountIdentity account, SavedAccount read) =>
        _saved.TryGetValue(account, out var clock) ? AsOfNow(read with { IsOfThisRun = true }, clock) : read;

    /// <summary>Whether anything is known that the store may not have.</summary>
    private static bool IsKnown(AccountSnapshot account) =>
        account.Awaited is null || account.Campaigns.Any(static campaign => campaign.Data is not null);

    private static SavedAccount AsSaved(AccountSnapshot account) =>
        SavedAccount.Nothing with
        {
            Campaigns =
            [
                .. account
                    .Campaigns.Concat(account.Remembered)
                    .Where(static campaign => campaign.Data is not null)
                    .DistinctBy(static campaign => campaign.Key)
                    .Select(StoredWalkMapper.AsSaved),
            ],
            LandingPagesAsSaved = account.LandingPages,
            MayHoldMore = account.Awaited is not null,
            IsOfThisRun = true,
        };

    private SavedAccount AsOfNow(SavedAccount saved, ClockReading? clock)
    {
        var now = ClockReading.Read(time);
        var set = clock?.SetBy(now, time) ?? TimeSpan.Zero;
        return set < TimeSpan.Zero ? saved.SetBackBy(set, now.Time) : saved;
    }
}
