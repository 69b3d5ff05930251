namespace Exporter.Snapshots;

/// <summary>
/// Holds the one current <see cref="Snapshot"/>. Readers take the reference without a lock, because the object never changes. Writers build
/// the next snapshot completely and swap it in.
/// </summary>
internal sealed class SnapshotStore(Snapshot initial)
{
    private readonly Lock _writing = new();
    private volatile Snapshot _current = initial;

    public Snapshot Current => _current;

    /// <summary>
    /// Returns the current snapshot and the time. Both belong to the same clock reading: when the clock was set, the snapshot is shown as
    /// it looks after that, until its writers publish it so.
    /// </summary>
    public (Snapshot Snapshot, DateTimeOffset Now) Read(TimeProvider time)
    {
        var (current, reading) = (_current, ClockReading.Read(time));
        return (current.SeenAt(reading, time), reading.Time);
    }

    /// <summary>Replaces the current snapshot with the result of <paramref name="change"/>. Writers take turns.</summary>
    public void Update(Func<Snapshot, Snapshot> change)
    {
        lock (_writing)
        {
            _current = change(_current);
        }
    }

    /// <summary>
    /// Replaces one account; <paramref name="account"/> runs when its turn comes. The same object again changes nothing, and an account
    /// that a reload removed stays removed.
    /// </summary>
    public void Update(Func<AccountSnapshot> account) =>
        Update(snapshot =>
        {
            var next = account();
            return snapshot.Accounts.Any(each => ReferenceEquals(each, next))
                ? snapshot
                : snapshot with
                {
                    Accounts = [.. snapshot.Accounts.Select(each => each.Identity == next.Identity ? next : each)],
                };
        });
}
