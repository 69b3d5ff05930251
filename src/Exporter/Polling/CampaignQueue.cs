using System.Collections.Immutable;

namespace Exporter.Polling;

/// <summary>
/// The campaigns of one kind that wait for their next poll, by their index in the table. Those that are not due yet stand in the order of
/// their due times. Those that are due stand in the order of their last start: the longest ago comes first. Immutable.
/// </summary>
/// <remarks>
/// A poll that hangs takes up to <c>poll.timeout</c>. So campaigns that do not hang go first, and one place is kept for them, see
/// <see cref="CampaignTable.FreeForHanging"/>. Otherwise a few broken campaigns would let the values of all others age out.
/// </remarks>
internal sealed record CampaignQueue
{
    public static readonly CampaignQueue Empty = new();

    /// <summary>The number of intervals for which the others go before one that hangs.</summary>
    private const int IntervalsBehind = 8;

    private ImmutableSortedSet<(DateTimeOffset Due, int Index)> NotDue { get; init; } = [];

    private ImmutableSortedSet<(DateTimeOffset Left, int Index)> Due { get; init; } = [];

    private ImmutableSortedSet<(DateTimeOffset Left, int Index)> DueHanging { get; init; } = [];

    /// <summary>The number of campaigns that wait or are being polled.</summary>
    public int Polled { get; private init; }

    public int Hanging { get; private init; }

    public int RunningHanging { get; private init; }

    /// <summary>The number of campaigns that are being polled.</summary>
    public int Running { get; private init; }

    public static CampaignQueue Create(IEnumerable<(int Index, CampaignState Campaign)> campaigns)
    {
        var polled = campaigns.Where(static each => IsPolled(each.Campaign)).ToList();
        return new CampaignQueue
        {
            NotDue = [.. polled.Where(static each => each.Campaign.IsWaiting).Select(static each => (each.Campaign.Due, each.Index))],
            Polled = polled.Count,
            Hanging = polled.Count(static each => each.Campaign.IsHanging),
            Running = polled.Count(static each => each.Campaign.IsRunning),
            RunningHanging = polled.Count(static each => each.Campaign is { IsRunning: true, IsHanging: true }),
        };
    }

    /// <summary>A campaign of this queue changed.</summary>
    public CampaignQueue Replace(int index, CampaignState before, CampaignState after)
    {
        if (
            (before.IsWaiting, before.IsRunning, before.IsHanging, before.Due, LeftKey(index, before))
            == (after.IsWaiting, after.IsRunning, after.IsHanging, after.Due, LeftKey(index, after))
        )
        {
            return this;
        }

        var notDue = before.IsWaiting ? NotDue.Remove((before.Due, index)) : NotDue;
        return new CampaignQueue
        {
            NotDue = after.IsWaiting ? notDue.Add((after.Due, index)) : notDue,
            Due = before.IsWaiting ? Due.Remove(LeftKey(index, before)) : Due,
            DueHanging = before.IsWaiting ? DueHanging.Remove(LeftKey(index, before)) : DueHanging,
            Polled = Polled + Count(IsPolled(after)) - Count(IsPolled(before)),
            Hanging = Hanging + Count(IsPolled(after) && after.IsHanging) - Count(IsPolled(before) && before.IsHanging),
            Running = Running + Count(after.IsRunning) - Count(before.IsRunning),
            RunningHanging =
                RunningHanging
                + Count(after is { IsRunning: true, IsHanging: true })
                - Count(before is { IsRunning: true, IsHanging: true }),
        };
    }

    /// <summary>Moves those that have become due to the others that are due.</summary>
    public CampaignQueue Ripen(DateTimeOffset now, ImmutableList<CampaignState> states)
    {
        var ripe = NotDue.TakeWhile(entry => entry.Due <= now).ToList();
        return ripe.Count == 0
            ? this
            : this with
            {
                NotDue = NotDue.Except(ripe),
                Due = Due.Union(Keys(hanging: false)),
                DueHanging = DueHanging.Union(Keys(hanging: true)),
            };

        IEnumerable<(DateTimeOffset, int)> Keys(bool hanging) =>
            ripe.Where(entry => states[entry.Index].IsHanging == hanging).Select(entry => LeftKey(entry.Index, states[entry.Index]));
    }

    /// <summary>Those that are due and have a place; the one that was started longest ago comes first.</summary>
    /// <param name="places">The places of this kind.</param>
    /// <param name="forHanging">The free places for those that hang.</param>
    public IReadOnlyList<int> Ready(int places, int forHanging)
    {
        var free = Math.Max(0, places - Running);
        return
        [
            .. Due.Take(free).Concat(DueHanging.Take(Math.Min(free, forHanging))).Order().Take(free).Select(static entry => entry.Index),
        ];
    }

    /// <summary>
    /// The time at which the next one with a free place is due; <see cref="DateTimeOffset.MaxValue"/> when there is none.
    /// </summary>
    public DateTimeOffset NextDue(int places, int forHanging, ImmutableList<CampaignState> states)
    {
        if (Running >= places)
        {
            return DateTimeOffset.MaxValue;
        }

        if (!Due.IsEmpty)
        {
            return states[Due.Min.Index].Due;
        }

        if (!DueHanging.IsEmpty && forHanging > 0)
        {
            return states[DueHanging.Min.Index].Due;
        }

        return NotDue.IsEmpty ? DateTimeOffset.MaxValue : NotDue.Min.Due;
    }

    /// <summary>The next one to start of those that are due and hang; <see langword="null"/> when there is none, or no place.</summary>
    /// <param name="places">The places of this kind.</param>
    public int? NextHanging(int places) => Running < places && !DueHanging.IsEmpty ? DueHanging.Min.Index : null;

    /// <summary>For how long the others go before one that hangs.</summary>
    public static TimeSpan LeftBehind(CampaignState campaign) => campaign.IsHanging ? IntervalsBehind * campaign.Interval : TimeSpan.Zero;

    private static bool IsPolled(CampaignState campaign) => campaign.IsWaiting || campaign.IsRunning;

    private static int Count(bool counts) => counts ? 1 : 0;

    /// <summary>One that hangs comes after the others, until it was left for so long that its turn has come all the same.</summary>
    private static (DateTimeOffset Left, int Index) LeftKey(int index, CampaignState campaign) =>
        (campaign.LastStarted is { } last ? last + LeftBehind(campaign) : DateTimeOffset.MinValue, index);
}
