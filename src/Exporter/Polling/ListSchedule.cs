using System.Collections.Immutable;
using Exporter.Snapshots;

namespace Exporter.Polling;

/// <summary>The due times of the lists of an account. A list is not due while it is walked. Immutable.</summary>
internal sealed record ListSchedule
{
    public static readonly ListSchedule Empty = new();

    private static readonly DateTimeOffset BeingWalked = DateTimeOffset.MaxValue;

    private ImmutableSortedDictionary<CampaignKind, DateTimeOffset> Dues { get; init; } =
        ImmutableSortedDictionary<CampaignKind, DateTimeOffset>.Empty;

    /// <summary>The times before which the API asked not to be asked for a list.</summary>
    private ImmutableSortedDictionary<CampaignKind, DateTimeOffset> Waits { get; init; } =
        ImmutableSortedDictionary<CampaignKind, DateTimeOffset>.Empty;

    /// <summary>The numbers of the walks that run.</summary>
    private ImmutableSortedDictionary<CampaignKind, long> Walks { get; init; } = ImmutableSortedDictionary<CampaignKind, long>.Empty;

    private long Begun { get; init; }

    /// <summary>The time at which the next list is due that can be walked; <see cref="DateTimeOffset.MaxValue"/> while none is.</summary>
    public DateTimeOffset NextDue(Func<CampaignKind, bool> canStart) =>
        Dues.Where(list => canStart(list.Key)).Select(static list => list.Value).DefaultIfEmpty(BeingWalked).Min();

    /// <summary>The lists to walk now.</summary>
    public IReadOnlyList<CampaignKind> Due(DateTimeOffset now) =>
        [.. Dues.Where(list => list.Value <= now).Select(static list => list.Key)];

    /// <summary>
    /// The number of the walk of a list that runs; <see langword="null"/> while none does. It distinguishes the walk from one that ran
    /// before a reload dropped the list.
    /// </summary>
    public long? WalkOf(CampaignKind list) => Walks.TryGetValue(list, out var number) ? number : null;

    /// <summary>The time before which the API asked not to be asked for a list; <see langword="null"/> if it named none.</summary>
    public DateTimeOffset? WaitOf(CampaignKind list) => Waits.TryGetValue(list, out var wait) ? wait : null;

    /// <summary>A walk begins.</summary>
    public ListSchedule Begin(CampaignKind list) =>
        Plan(list, BeingWalked) with
        {
            Walks = Walks.SetItem(list, Begun + 1),
            Begun = Begun + 1,
        };

    /// <summary>The next walk is due then, whatever was planned or runs; but not before a time that the API named.</summary>
    public ListSchedule Plan(CampaignKind list, DateTimeOffset due) =>
        this with
        {
            Dues = Dues.SetItem(list, Waits.GetValueOrDefault(list) is var wait && wait > due ? wait : due),
            Walks = Walks.Remove(list),
        };

    /// <summary>A walk ended; the next one is due then, or when the API named a later time.</summary>
    public ListSchedule End(CampaignKind list, DateTimeOffset due, DateTimeOffset? notBefore) =>
        (this with { Waits = notBefore is { } wait ? Waits.SetItem(list, wait) : Waits.Remove(list) }).Plan(list, due);

    /// <summary>Forgets what the API named for these lists: another key, or another server, is asked now.</summary>
    public ListSchedule ForgetWaits(IEnumerable<CampaignKind> lists) => this with { Waits = Waits.RemoveRange(lists) };

    /// <summary>
    /// After a reload: forgets lists that are not asked for now, and plans new lists, and those that would lead to something else now, at
    /// once.
    /// </summary>
    /// <param name="asked">The lists that are asked for now.</param>
    /// <param name="isTheSame">Whether a list leads to the same as before.</param>
    /// <param name="interval">The interval that is in force now.</param>
    /// <param name="now">The time.</param>
    public ListSchedule Reconfigure(
        IReadOnlyCollection<CampaignKind> asked,
        Func<CampaignKind, bool> isTheSame,
        TimeSpan interval,
        DateTimeOffset now
    )
    {
        var dropped = Dues.Keys.Except(asked).ToList();
        var kept = this with { Dues = Dues.RemoveRange(dropped), Waits = Waits.RemoveRange(dropped), Walks = Walks.RemoveRange(dropped) };
        return asked.Aggregate(
            kept,
            (lists, list) =>
                lists.Dues.ContainsKey(list) ? lists.NoLaterThan(list, isTheSame(list) ? now + interval : now) : lists.Plan(list, now)
        );
    }

    /// <summary>Brings all walks forward that have not begun.</summary>
    public ListSchedule NoLaterThan(DateTimeOffset due) => Dues.Keys.Aggregate(this, (lists, list) => lists.NoLaterThan(list, due));

    /// <summary>The clock was set.</summary>
    public ListSchedule ShiftBy(TimeSpan by) =>
        this with
        {
            Dues = Dues.ToImmutableSortedDictionary(
                static list => list.Key,
                list => list.Value == BeingWalked ? BeingWalked : list.Value.ShiftedBy(by)
            ),
            Waits = Waits.ToImmutableSortedDictionary(static list => list.Key, list => list.Value.ShiftedBy(by)),
        };

    /// <summary>
    /// Returns the time to retry a failed walk of a list: as soon as a poll would be due, for without a list there may be nothing to poll.
    /// </summary>
    public static DateTimeOffset Retry(DateTimeOffset now, PollOptions options) =>
        now + (options.Interval < options.DiscoveryInterval ? options.Interval : options.DiscoveryInterval);

    private ListSchedule NoLaterThan(CampaignKind list, DateTimeOffset due) =>
        Dues[list] != BeingWalked && due < Dues[list] ? Plan(list, due) : this;
}
