using Exporter.Snapshots;

namespace Exporter.Polling;

/// <summary>When each list of an account is walked next. While one is walked it is never due; whoever began the walk says when the next one is.</summary>
internal sealed class ListSchedule
{
    private static readonly DateTimeOffset BeingWalked = DateTimeOffset.MaxValue;

    private readonly Dictionary<CampaignKind, DateTimeOffset> _due = [];

    /// <summary>When the next list is due; <see cref="DateTimeOffset.MaxValue"/> while none is.</summary>
    public DateTimeOffset NextDue => _due.Values.DefaultIfEmpty(BeingWalked).Min();

    /// <summary>The lists to walk now.</summary>
    public IReadOnlyList<CampaignKind> Due(DateTimeOffset now) => [.. _due.Where(list => list.Value <= now).Select(list => list.Key)];

    /// <summary>A walk begins.</summary>
    /// <returns>When it was due.</returns>
    public DateTimeOffset Begin(CampaignKind list)
    {
        var due = _due[list];
        _due[list] = BeingWalked;
        return due;
    }

    /// <summary>The next walk is due then, whatever was planned.</summary>
    public void Plan(CampaignKind list, DateTimeOffset due) => _due[list] = due;

    /// <summary>The list is not asked for any more.</summary>
    public void Forget(CampaignKind list) => _due.Remove(list);

    /// <summary>Brings the walk forward, unless it has begun.</summary>
    public void NoLaterThan(CampaignKind list, DateTimeOffset due)
    {
        if (_due[list] != BeingWalked && due < _due[list])
        {
            _due[list] = due;
        }
    }

    /// <summary>Brings all walks forward that have not begun.</summary>
    public void NoLaterThan(DateTimeOffset due)
    {
        foreach (var list in _due.Keys.ToList())
        {
            NoLaterThan(list, due);
        }
    }

    /// <summary>The machine's clock was set.</summary>
    public void ClockMoved(TimeSpan by)
    {
        foreach (var (list, due) in _due.Where(list => list.Value != BeingWalked).ToList())
        {
            _due[list] = due + by;
        }
    }
}
