using Exporter.Snapshots;

namespace Exporter.Polling;

/// <summary>
/// When each list of an account is walked next. While one is walked it is never due; whoever began the walk says when the next one is.
/// </summary>
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

    /// <summary>
    /// After a reload: lists that are no longer asked for are forgotten; others, and those of which something else is wanted now, are
    /// walked at once.
    /// </summary>
    /// <param name="asked">The lists that are asked for now.</param>
    /// <param name="isTheSame">Whether of a list the same is wanted as before.</param>
    /// <param name="interval">The interval that is in force now.</param>
    /// <param name="now">The time.</param>
    public void Reconfigure(
        IReadOnlyCollection<CampaignKind> asked,
        Func<CampaignKind, bool> isTheSame,
        TimeSpan interval,
        DateTimeOffset now
    )
    {
        foreach (var list in _due.Keys.Except(asked).ToList())
        {
            _due.Remove(list);
        }

        foreach (var list in asked)
        {
            if (_due.TryAdd(list, now))
            {
                continue;
            }

            NoLaterThan(list, isTheSame(list) ? now + interval : now);
        }
    }

    /// <summary>Brings the walk forward, unless it has begun.</summary>
    private void NoLaterThan(CampaignKind list, DateTimeOffset due)
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
