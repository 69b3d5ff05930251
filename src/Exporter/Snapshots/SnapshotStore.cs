namespace Exporter.Snapshots;

/// <summary>
/// Holds the one current <see cref="Snapshot"/>. Readers take the reference and need no lock: what it points to never changes. Writers
/// build the next one completely and swap it in.
/// </summary>
internal sealed class SnapshotStore(Snapshot initial)
{
    private readonly Lock _writing = new();
    private volatile Snapshot _current = initial;

    public Snapshot Current => _current;

    /// <summary>
    /// The current snapshot as it is to be seen now, and what time it is: neither speaks of a clock that has been set meanwhile.
    /// </summary>
    public (Snapshot Snapshot, DateTimeOffset Now) Read(TimeProvider time)
    {
        var (current, reading) = (_current, ClockReading.Read(time));
        var seen = current.SeenAt(reading, time);
        if (!ReferenceEquals(seen, current))
        {
            Update(now => ReferenceEquals(now, current) ? seen : now);
        }

        return (seen, reading.Time);
    }

    /// <summary>Replaces the current snapshot by what <paramref name="change"/> makes of it. Writers take turns.</summary>
    public void Update(Func<Snapshot, Snapshot> change)
    {
        lock (_writing)
        {
            _current = change(_current);
        }
    }

    /// <summary>
    /// Replaces one account by what it is when its turn comes. The same one again is no change, and one that a reload has taken away stays
    /// away.
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
