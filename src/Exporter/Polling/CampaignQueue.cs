using System.Collections.Immutable;

namespace Exporter.Polling;

/// <summary>
/// The campaigns of one kind that wait for their next poll, by their index in the table: first by the time at which they are due; from
/// then on by how long they were left. A value.
/// </summary>
internal sealed record CampaignQueue
{
    public static readonly CampaignQueue Empty = new();

    private ImmutableSortedSet<(DateTimeOffset Due, int Index)> NotDue { get; init; } = [];

    private ImmutableSortedSet<(DateTimeOffset LastStarted, int Index)> Due { get; init; } = [];

    /// <summary>How many are being polled.</summary>
    public int Running { get; private init; }

    public static CampaignQueue Create(IEnumerable<(int Index, CampaignState Campaign)> campaigns)
    {
        var all = campaigns.ToList();
        return new CampaignQueue
        {
            NotDue = [.. all.Where(static each => each.Campaign.IsWaiting).Select(static each => (each.Campaign.Due, each.Index))],
            Running = all.Count(static each => each.Campaign.IsRunning),
        };
    }

    /// <summary>A campaign of this queue changed.</summary>
    public CampaignQueue Replace(int index, CampaignState before, CampaignState after)
    {
        if ((before.IsWaiting, before.IsRunning, before.Due) == (after.IsWaiting, after.IsRunning, after.Due))
        {
            return this;
        }

        var notDue = before.IsWaiting ? NotDue.Remove((before.Due, index)) : NotDue;
        return new CampaignQueue
        {
            NotDue = after.IsWaiting ? notDue.Add((after.Due, index)) : notDue,
            Due = before.IsWaiting ? Due.Remove(LeftKey(index, before)) : Due,
            Running = Running + (after.IsRunning ? 1 : 0) - (before.IsRunning ? 1 : 0),
        };
    }

    /// <summary>Moves those that are due to the others that are.</summary>
    public CampaignQueue Ripen(DateTimeOffset now, ImmutableList<CampaignState> states)
    {
        var ripe = NotDue.TakeWhile(entry => entry.Due <= now).ToList();
        return ripe.Count == 0
            ? this
            : this with
            {
                NotDue = NotDue.Except(ripe),
                Due = Due.Union(ripe.Select(entry => LeftKey(entry.Index, states[entry.Index]))),
            };
    }

    /// <summary>Those that are due, the ones left longest first.</summary>
    public IEnumerable<int> Ready(int most) => Due.Take(most).Select(static entry => entry.Index);

    /// <summary>When the next one is due; <see cref="DateTimeOffset.MaxValue"/> when none waits.</summary>
    public DateTimeOffset NextDue(ImmutableList<CampaignState> states) =>
        !Due.IsEmpty ? states[Due.Min.Index].Due
        : !NotDue.IsEmpty ? NotDue.Min.Due
        : DateTimeOffset.MaxValue;

    private static (DateTimeOffset LastStarted, int Index) LeftKey(int index, CampaignState campaign) =>
        (campaign.LastStarted ?? DateTimeOffset.MinValue, index);
}
