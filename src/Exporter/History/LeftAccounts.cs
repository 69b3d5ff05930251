using System.Collections.Concurrent;
using Exporter.Snapshots;

namespace Exporter.History;

/// <summary>
/// The accounts that reloads have taken out, as they were last shown, until they are saved: one that comes back is read from the store, as
/// by a restart, and its last walk must be there by then.
/// </summary>
internal sealed class LeftAccounts(TimeProvider time)
{
    private readonly ConcurrentDictionary<AccountIdentity, Snapshot> _unsaved = new();

    /// <summary>The reading of the clock by which this run wrote the moments of an account into the store.</summary>
    private readonly Dictionary<AccountIdentity, ClockReading> _clocks = [];

    /// <summary>Those that are not saved yet, each in a snapshot of its own.</summary>
    public IEnumerable<Snapshot> Unsaved => _unsaved.Values;

    /// <summary>
    /// A reload replaces one snapshot by another. What waits for saved state leaves nothing: it does not know what the store knows. What
    /// stays, or is back with its saved state, is saved as it will be. For any thread; callers take turns.
    /// </summary>
    public void Replace(Snapshot before, Snapshot next)
    {
        foreach (var account in next.Accounts.Where(static account => account.Awaited is null))
        {
            _unsaved.TryRemove(account.Identity, out _);
        }

        var stay = next.Accounts.Select(static account => account.Identity).ToHashSet();
        foreach (var account in before.Accounts.Where(account => account.Awaited is null && !stay.Contains(account.Identity)))
        {
            _unsaved[account.Identity] = before with { Accounts = [account] };
        }
    }

    /// <summary>A snapshot was saved.</summary>
    public void Saved(Snapshot saved)
    {
        foreach (var account in saved.Accounts)
        {
            if (_unsaved.TryGetValue(account.Identity, out var left) && ReferenceEquals(left.Accounts[0], account))
            {
                _unsaved.TryRemove(KeyValuePair.Create(account.Identity, left));
            }

            if (account.Clock is { } clock)
            {
                _clocks[account.Identity] = clock;
            }
        }
    }

    /// <summary>
    /// Returns what was read of an account with moments that are no later than they were: the clock may have been set back since this run
    /// saved them, while the account was out and nothing moved with the clock.
    /// </summary>
    public SavedAccount AsOfNow(AccountIdentity account, SavedAccount saved)
    {
        var now = ClockReading.Read(time);
        var set = _clocks.TryGetValue(account, out var clock) ? clock.SetBy(now, time) : TimeSpan.Zero;
        return set < TimeSpan.Zero ? saved.SetBackBy(set, now.Time) : saved;
    }
}
