using System.Collections.Immutable;
using Exporter.SendGrid.RateLimits;
using Exporter.Snapshots;

namespace Exporter.Polling;

/// <summary>
/// The campaigns of an account, in a fixed order, with a queue of those that wait for their next poll. Immutable: <see cref="Set"/> makes
/// another one and shares everything with this one that did not change, so that an event costs the same beside ten campaigns and ten
/// thousand. What adds, removes or delists campaigns builds the table anew.
/// </summary>
internal sealed record CampaignTable
{
    private static readonly CampaignKind[] Kinds = Enum.GetValues<CampaignKind>();

    private ImmutableList<CampaignState> States { get; init; } = [];

    /// <summary>Where each campaign stands: in the table, and among those that are listed.</summary>
    private ImmutableDictionary<CampaignKey, (int Index, int Place)> Positions { get; init; } = [];

    private ImmutableArray<CampaignQueue> Queues { get; init; } = [.. Kinds.Select(static _ => CampaignQueue.Empty)];

    private ImmutableSortedSet<int> Delisted { get; init; } = [];

    private int Forbidden { get; init; }

    private ImmutableSortedSet<int> UnknownPages { get; init; } = [];

    /// <summary>The number of campaigns that were polled completely.</summary>
    private int Costing { get; init; }

    /// <summary>
    /// Requests that polling these needs in a second. Decimal, so that what is added can be taken off again to the last digit.
    /// </summary>
    private decimal RequestsPerSecond { get; init; }

    public int Count => States.Count;

    /// <summary>The number of campaigns that are not delisted.</summary>
    public int ListedCount => States.Count - Delisted.Count;

    /// <summary>All campaigns, delisted ones too.</summary>
    public IEnumerable<CampaignState> All => States;

    /// <summary>The campaigns that are polled.</summary>
    public IEnumerable<CampaignState> Listed => Delisted.IsEmpty ? States : States.Where(static campaign => !campaign.IsDelisted);

    /// <summary>The campaigns that lists no longer name.</summary>
    public IEnumerable<CampaignState> Gone => Delisted.Select(index => States[index]);

    /// <summary>The automations whose landing pages are not known, see <see cref="LandingPageKnowledge.IsKnown"/>.</summary>
    public IEnumerable<CampaignSnapshot> WithUnknownLandingPages => UnknownPages.Select(index => Snapshots[index]);

    /// <summary>The public faces, in order.</summary>
    public ImmutableArray<CampaignSnapshot> Snapshots { get; private init; } = [];

    /// <summary>Whether the API forbids every one of them, see <see cref="AccountRefusal"/>.</summary>
    public bool AreAllForbidden => AccountRefusal.IsForbidden(Forbidden, ListedCount);

    public static CampaignTable Create(IEnumerable<CampaignState> campaigns)
    {
        ImmutableList<CampaignState> states = [.. campaigns.Select(static campaign => campaign.Published())];
        var positions = ImmutableDictionary.CreateBuilder<CampaignKey, (int Index, int Place)>();
        var delisted = ImmutableSortedSet.CreateBuilder<int>();
        var place = 0;
        foreach (var (index, campaign) in states.Index())
        {
            positions.Add(campaign.Key, (index, place));
            place += campaign.IsDelisted ? 0 : 1;
            if (campaign.IsDelisted)
            {
                delisted.Add(index);
            }
        }

        return new CampaignTable
        {
            States = states,
            Positions = positions.ToImmutable(),
            Delisted = delisted.ToImmutable(),
            Queues = [.. Kinds.Select(kind => CampaignQueue.Create(states.Index().Where(campaign => campaign.Item.Kind == kind)))],
            Forbidden = states.Count(IsForbidden),
            UnknownPages = [.. states.Index().Where(static each => HasUnknownPages(each.Item)).Select(static each => each.Index)],
            Costing = states.Count(IsCosting),
            RequestsPerSecond = states.Sum(RequestsOf),
            Snapshots = [.. states.Select(static campaign => campaign.Snapshot)],
        };
    }

    public CampaignState? Find(CampaignKey key) => Positions.TryGetValue(key, out var position) ? States[position.Index] : null;

    /// <summary>The campaign as it is now, unless it was removed, and perhaps added anew, since it was as given.</summary>
    public CampaignState? Find(CampaignState campaign) =>
        Find(campaign.Key) is { } current && current.Number == campaign.Number ? current : null;

    /// <summary>Replaces the campaign of that key.</summary>
    public CampaignTable Set(CampaignState campaign)
    {
        var index = Positions[campaign.Key].Index;
        var (before, after) = (States[index], campaign.Published());
        if (before.IsDelisted != after.IsDelisted)
        {
            return Create(States.SetItem(index, after));
        }

        var states = States.SetItem(index, after);
        var kind = (int)after.Kind;
        return this with
        {
            States = states,
            Queues = Queues.SetItem(kind, Queues[kind].Replace(index, before, after)),
            Forbidden = Forbidden + (IsForbidden(after) ? 1 : 0) - (IsForbidden(before) ? 1 : 0),
            UnknownPages = HasUnknownPages(after) ? UnknownPages.Add(index) : UnknownPages.Remove(index),
            Costing = Costing + (IsCosting(after) ? 1 : 0) - (IsCosting(before) ? 1 : 0),
            RequestsPerSecond = RequestsPerSecond + RequestsOf(after) - RequestsOf(before),
            Snapshots = ReferenceEquals(before.Snapshot, after.Snapshot) ? Snapshots : Snapshots.SetItem(index, after.Snapshot),
        };
    }

    /// <summary>Replaces what a function changes.</summary>
    public CampaignTable Map(Func<CampaignState, CampaignState> change)
    {
        var changed = States.Select(change).ToList();
        return changed.SequenceEqual(States, ReferenceEqualityComparer.Instance) ? this : Create(changed);
    }

    /// <summary>Moves what is due to those that are ready to be started.</summary>
    public CampaignTable Ripen(DateTimeOffset now)
    {
        var queues = Queues;
        foreach (var kind in Kinds)
        {
            var ripe = queues[(int)kind].Ripen(now, States);
            queues = ReferenceEquals(ripe, queues[(int)kind]) ? queues : queues.SetItem((int)kind, ripe);
        }

        return queues == Queues ? this : this with { Queues = queues };
    }

    /// <summary>
    /// The campaigns to start after <see cref="Ripen"/>: those left longest first, no more of a kind than there are places. Each kind has
    /// places of its own, so that automations whose endpoint must rest do not hold up the Single Sends.
    /// </summary>
    /// <param name="places">The places of each kind, which share as many requests in flight.</param>
    /// <param name="hangingLists">The lists that hang and are being walked.</param>
    public IReadOnlyList<CampaignState> Ready(int places, int hangingLists)
    {
        var ready = new List<CampaignState>();
        var forHanging = FreeForHanging(places, hangingLists);
        foreach (var queue in Queues)
        {
            var next = queue.Ready(places, forHanging).Select(index => States[index]).ToList();
            forHanging -= next.Count(static campaign => campaign.IsHanging);
            ready.AddRange(next);
        }

        return ready;
    }

    /// <summary>
    /// The free places for campaigns and lists that hang. All kinds and lists share the requests in flight, so of those that hang, whatever
    /// they are, one less runs at a time than there are places; with two places, they share one. They have all places when all hang.
    /// </summary>
    public int FreeForHanging(int places, int hangingLists)
    {
        var doAllHang = Queues.Sum(static queue => queue.Hanging) == Queues.Sum(static queue => queue.Polled);
        var most = doAllHang ? places : Math.Max(1, places - 1);
        return Math.Max(0, most - Queues.Sum(static queue => queue.RunningHanging) - hangingLists);
    }

    /// <summary>
    /// When the next campaign that is due, hangs and has a place among those of its kind was started last; <see langword="null"/> when
    /// there is none.
    /// </summary>
    public DateTimeOffset? LastStartOfNextHanging(int places) =>
        Queues.Select(queue => queue.NextHanging(places)).Min(index => index is { } next ? States[next].LastStarted : null);

    /// <summary>The campaigns that wait and would have a place.</summary>
    public IEnumerable<CampaignState> Startable(int places, int hangingLists)
    {
        var forHanging = FreeForHanging(places, hangingLists);
        return Listed.Where(campaign =>
            !campaign.IsRunning && Queues[(int)campaign.Kind].Running < places && (forHanging > 0 || !campaign.IsHanging)
        );
    }

    /// <summary>
    /// The time at which the next poll with a free place is due; <see cref="DateTimeOffset.MaxValue"/> when there is none.
    /// </summary>
    public DateTimeOffset NextDue(int places, int hangingLists)
    {
        var forHanging = FreeForHanging(places, hangingLists);
        return Queues.Min(queue => queue.NextDue(places, forHanging, States));
    }

    /// <summary>The next place in the grid of a campaign, see <see cref="Schedule.Next"/>.</summary>
    public DateTimeOffset NextInGrid(CampaignState campaign, DateTimeOffset anchor, DateTimeOffset after) =>
        Schedule.Next(anchor, campaign.Interval, campaign.IsDelisted ? 0 : Positions[campaign.Key].Place, Math.Max(1, ListedCount), after);

    /// <summary>Requests that a cycle needs ÷ requests that the budget gives in an interval; above 1 the interval cannot be kept.</summary>
    /// <returns><see langword="null"/> before anything was polled completely.</returns>
    public double? UtilizationOf(RateOptions rate) => Costing == 0 ? null : (double)RequestsPerSecond / rate.RequestsPerSecond;

    private static bool IsForbidden(CampaignState campaign) => campaign is { IsDelisted: false, LastFailure: FailureReason.Forbidden };

    private static bool HasUnknownPages(CampaignState campaign) =>
        campaign is { Kind: CampaignKind.Automation, IsDelisted: false } && !LandingPageKnowledge.IsKnown(campaign.Snapshot);

    private static bool IsCosting(CampaignState campaign) => campaign is { PagesPerPoll: > 0, IsDelisted: false, Interval.Ticks: > 0 };

    private static decimal RequestsOf(CampaignState campaign) =>
        IsCosting(campaign) ? Math.Round(campaign.PagesPerPoll / (decimal)campaign.Interval.TotalSeconds, 12) : 0;
}
