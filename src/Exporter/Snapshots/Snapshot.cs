using System.Collections.Immutable;

namespace Exporter.Snapshots;

/// <summary>Everything that is known at one moment, immutable. A scrape reads one snapshot from beginning to end.</summary>
internal sealed record Snapshot
{
    /// <summary>The age beyond which last-known values are not served.</summary>
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromHours(1);

    public ImmutableArray<AccountSnapshot> Accounts { get; init; } = [];

    /// <summary>Whether the program was ready before a reload. An account that the reload adds does not revoke that.</summary>
    public bool WasReady { get; init; }

    /// <summary>Whether every account has been tried once.</summary>
    public bool IsReady => WasReady || Accounts.All(account => account.IsTried);

    /// <summary>The accounts whose landing pages are not known yet, see <see cref="AccountSnapshot.AreLandingPagesKnown"/>.</summary>
    public IEnumerable<AccountSnapshot> WithUnknownLandingPages => Accounts.Where(static account => !account.AreLandingPagesKnown);

    /// <summary>Returns the snapshot in terms of a clock reading; the very same one unless the clock was set.</summary>
    public Snapshot SeenAt(ClockReading reading, TimeProvider time) =>
        Accounts.Any(account => account.SetBy(reading, time) != TimeSpan.Zero)
            ? this with
            {
                Accounts = [.. Accounts.Select(account => account.ShiftBy(account.SetBy(reading, time), reading))],
            }
            : this;
}
