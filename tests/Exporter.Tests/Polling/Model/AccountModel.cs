using Exporter.Polling;
using Exporter.Snapshots;

namespace Exporter.Tests.Polling.Model;

/// <summary>What a campaign is to be, as naively as it can be said: one object per life, from when it is wanted until it is gone.</summary>
internal sealed class ModelCampaign(CampaignKind kind, string id)
{
    public CampaignKind Kind => kind;

    public string Id => id;

    public string? Name { get; set; }

    public TimeSpan Interval { get; set; }

    public bool IsConfigured { get; set; }

    public bool? IsOnList { get; set; }

    public bool IsRunning { get; set; }

    public long Attempts { get; set; }

    /// <summary>Clicks that the last complete walk found; <see langword="null"/> before one.</summary>
    public long? Clicks { get; set; }

    /// <summary>When that was.</summary>
    public Moment? Success { get; set; }

    public Moment? Increase { get; set; }

    /// <summary>Whether the configuration has dropped it, and only a list can say whether it is there.</summary>
    public bool IsInDoubt { get; set; }

    /// <summary>When the list stopped naming it.</summary>
    public TimeSpan? Delisted { get; set; }

    public TimeSpan? Sent { get; set; }

    /// <summary>Until when the API wants to be left alone.</summary>
    public TimeSpan? NotBefore { get; set; }
}

/// <summary>When something was: in the time that the run has lasted, or, of what a former run saved, by its time of day.</summary>
internal sealed record Moment(TimeSpan? Elapsed, DateTimeOffset? Saved)
{
    /// <summary>Whether a saved one lay in the future when the clock was looked at last.</summary>
    private bool IsAhead { get; init; }

    public static Moment Of(TimeSpan elapsed) => new(elapsed, Saved: null);

    public static Moment? Of(DateTimeOffset? saved, DateTimeOffset now) =>
        saved is null ? null : new Moment(Elapsed: null, saved).LookedAt(now);

    public Moment LookedAt(DateTimeOffset now) => this with { IsAhead = Saved - now > TimeSpan.FromSeconds(1) };

    /// <summary>What the time of day is said to have been; <see langword="null"/> when a saved one lies in the future.</summary>
    public DateTimeOffset? At(Func<TimeSpan, DateTimeOffset> timeOfDay) =>
        Elapsed is { } elapsed ? timeOfDay(elapsed)
        : IsAhead ? null
        : Saved;
}

/// <summary>What the store holds of a campaign.</summary>
internal sealed record StoredCampaign(CampaignSnapshot Snapshot, long Clicks);

/// <summary>
/// An account as the promises have it, without any of the book's arithmetic: what is wanted, what was seen last and when. It is told the
/// same events as the book.
/// </summary>
internal sealed class AccountModel
{
    private readonly Dictionary<(CampaignKind Kind, string Id), (long Clicks, Moment? Success, Moment? Increase, TimeSpan? Sent)> _saved;

    public AccountModel(
        AccountPlan plan,
        IReadOnlyDictionary<(CampaignKind Kind, string Id), StoredCampaign> saved,
        DateTimeOffset now,
        TimeSpan elapsed
    )
    {
        Plan = plan;
        _saved = saved.ToDictionary(
            each => each.Key,
            each =>
                (
                    each.Value.Clicks,
                    Moment.Of(each.Value.Snapshot.Health.LastSuccess, now),
                    Moment.Of(each.Value.Snapshot.Data!.Links.Links[0].LastIncrease, now),
                    elapsed - (now - each.Value.Snapshot.SentAt)
                )
        );
        foreach (var wanted in Configured())
        {
            Add(wanted);
        }

        ForgetUnwanted(elapsed);
        foreach (var (key, stored) in saved.Where(each => _saved.ContainsKey(each.Key)))
        {
            var age = now - stored.Snapshot.Health.LastSuccess!.Value;
            if (age >= TimeSpan.Zero && age <= plan.Poll.MaxAge)
            {
                Add(
                    new ModelCampaign(key.Kind, stored.Snapshot.Id)
                    {
                        Interval = plan.Poll.Interval,
                        Delisted = stored.Snapshot.IsDelisted ? elapsed : null,
                    }
                );
            }
        }
    }

    public AccountPlan Plan { get; private set; }

    public List<ModelCampaign> Campaigns { get; } = [];

    /// <summary>What a former run has left for the first list of this one.</summary>
    public IEnumerable<(CampaignKind Kind, string Id)> Waiting => _saved.Keys;

    public ModelCampaign? Find(CampaignKind kind, string id) =>
        Campaigns.SingleOrDefault(each => each.Kind == kind && string.Equals(each.Id, id, StringComparison.OrdinalIgnoreCase));

    public static void Walked(ModelCampaign campaign, long clicks, TimeSpan elapsed)
    {
        campaign.Increase = clicks > campaign.Clicks ? Moment.Of(elapsed) : campaign.Increase;
        (campaign.Clicks, campaign.Success) = (clicks, Moment.Of(elapsed));
    }

    public void ClockSet(DateTimeOffset now)
    {
        foreach (var campaign in Campaigns)
        {
            campaign.Success = campaign.Success?.LookedAt(now);
            campaign.Increase = campaign.Increase?.LookedAt(now);
        }

        foreach (var (key, (clicks, success, increase, sent)) in _saved.ToList())
        {
            _saved[key] = (clicks, success?.LookedAt(now), increase?.LookedAt(now), sent);
        }
    }

    public void Listed(CampaignKind kind, IReadOnlyList<ListedCampaign> list, TimeSpan elapsed, DateTimeOffset now)
    {
        if (!Plan.Account.Discovered.Contains(kind))
        {
            return;
        }

        Campaigns.RemoveAll(each => each.Kind == kind && each.IsInDoubt && !IsFound(each));
        foreach (var campaign in Campaigns.Where(each => each.Kind == kind))
        {
            campaign.IsInDoubt = false;
            campaign.IsOnList = list.Any(row => Same(row.Id, campaign.Id));
            campaign.Delisted = campaign.IsConfigured || IsFound(campaign) ? null : campaign.Delisted ?? elapsed;
        }

        foreach (var row in list.Where(row => Find(kind, row.Id) is null && IsYoung(kind, row.SentAt, now) && MayFind(kind, row.Id)))
        {
            Add(new ModelCampaign(kind, row.Id) { Interval = Plan.Poll.Interval, IsOnList = true });
        }

        foreach (var row in list.Where(row => row.SentAt is not null && Find(kind, row.Id) is not null))
        {
            Find(kind, row.Id)!.Sent = elapsed - (now - row.SentAt);
        }

        foreach (var key in _saved.Keys.Where(key => key.Kind == kind).ToList())
        {
            _saved.Remove(key);
        }

        bool IsFound(ModelCampaign campaign) =>
            MayFind(kind, campaign.Id) && list.Any(row => Same(row.Id, campaign.Id) && IsYoung(kind, row.SentAt, now));
    }

    public void Reload(AccountPlan next, TimeSpan elapsed)
    {
        Plan = next;
        var wanted = Configured().ToList();
        Campaigns.RemoveAll(campaign =>
            wanted.All(each => each.Kind != campaign.Kind || !Same(each.Id, campaign.Id))
            && !(
                MayFind(campaign.Kind, campaign.Id)
                && (!campaign.IsConfigured || (campaign.IsOnList ?? campaign.Clicks is not null))
                && !IsTooOld(campaign.Sent, elapsed)
            )
        );
        foreach (var campaign in Campaigns)
        {
            campaign.IsOnList = next.Account.Discovered.Contains(campaign.Kind) ? campaign.IsOnList : null;
            var configured = wanted.Find(each => each.Kind == campaign.Kind && Same(each.Id, campaign.Id));
            campaign.IsInDoubt = configured is null && campaign.IsOnList is null && (campaign.IsInDoubt || campaign.IsConfigured);
            campaign.IsConfigured = configured is not null;
            (campaign.Name, campaign.Interval) = (configured?.Name, configured?.Interval ?? next.Poll.Interval);
            campaign.Delisted = configured is null ? campaign.Delisted : null;
        }

        foreach (var added in wanted.Where(each => Find(each.Kind, each.Id) is null))
        {
            Add(added);
        }

        ForgetUnwanted(elapsed);
    }

    /// <summary>What the list no longer names ages out.</summary>
    public void DropAgedOut(Func<TimeSpan, DateTimeOffset> timeOfDay, DateTimeOffset now) =>
        Campaigns.RemoveAll(campaign =>
            campaign is { IsRunning: false, Delisted: { } delisted }
            && now - (campaign.Success?.At(timeOfDay) ?? timeOfDay(delisted)) > Plan.Poll.MaxAge
        );

    private static bool Same(string? a, string? b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);

    private static bool IsYoung(CampaignKind kind, DateTimeOffset? sent, DateTimeOffset now) =>
        kind == CampaignKind.Automation || now - sent <= TimeSpan.FromDays(30);

    private bool MayFind(CampaignKind kind, string id) =>
        Plan.Account.Discovered.Contains(kind)
        && (
            kind == CampaignKind.SingleSend
            || !Plan.Account.Automations.Exclude.Concat(Configured().Select(static each => each.Name)).Any(taken => Same(taken, id))
        );

    private IEnumerable<ModelCampaign> Configured() =>
        [
            .. Plan.Account.Automations.List.Select(each => new ModelCampaign(CampaignKind.Automation, each.Id)
            {
                Name = each.Name,
                Interval = each.Interval ?? Plan.Poll.Interval,
                IsConfigured = true,
            }),
            .. Plan.Account.SingleSends.List.Select(each => new ModelCampaign(CampaignKind.SingleSend, each.Id)
            {
                Name = each.Name,
                Interval = Plan.Poll.Interval,
                IsConfigured = true,
            }),
        ];

    private bool IsTooOld(TimeSpan? sent, TimeSpan elapsed) => elapsed - sent > Plan.Account.SingleSends.SentWithin;

    private void ForgetUnwanted(TimeSpan elapsed)
    {
        foreach (
            var key in _saved
                .Where(each => !MayFind(each.Key.Kind, each.Key.Id) || IsTooOld(each.Value.Sent, elapsed))
                .Select(each => each.Key)
                .ToList()
        )
        {
            _saved.Remove(key);
        }
    }

    private void Add(ModelCampaign campaign)
    {
        if (_saved.Remove((campaign.Kind, campaign.Id.ToLowerInvariant()), out var stored))
        {
            (campaign.Clicks, campaign.Success, campaign.Increase, campaign.Sent) = stored;
        }

        Campaigns.Add(campaign);
    }
}
