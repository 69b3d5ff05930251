using System.Collections.Immutable;

namespace Exporter.Snapshots;

/// <summary>Everything known now, immutable. A scrape reads one of these from beginning to end.</summary>
internal sealed record Snapshot
{
    /// <summary>Last-known values older than this are not served.</summary>
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromHours(1);

    public ImmutableArray<AccountSnapshot> Accounts { get; init; } = [];

    /// <summary>Whether the program was ready before a reload; an account that it added takes nothing back.</summary>
    public bool WasReady { get; init; }

    /// <summary>Whether every account has been tried once.</summary>
    public bool IsReady => WasReady || Accounts.All(account => account.IsTried);

    /// <summary>The accounts whose pages cannot be told yet, see <see cref="AccountSnapshot.ArePagesKnown"/>.</summary>
    public IEnumerable<AccountSnapshot> WithUnknownPages => Accounts.Where(static account => !account.ArePagesKnown);

    /// <summary>The same as it is to be seen by a clock; the very same while that has not been set.</summary>
    public Snapshot SeenAt(ClockReading reading, TimeProvider time) =>
        Accounts.Any(account => account.SetBy(reading, time) != TimeSpan.Zero)
            ? this with
            {
                Accounts = [.. Accounts.Select(account => account.ShiftBy(account.SetBy(reading, time), reading))],
            }
            : this;
}
