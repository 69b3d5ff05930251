using System.Collections.Immutable;
using Exporter.SendGrid;
using Exporter.SendGrid.Keys;
using Exporter.Snapshots;

namespace Exporter.Polling;

/// <summary>
/// What is known of one account, and how each event changes it: no I/O, no clock, the time comes in. <see cref="Snapshot"/> is its
/// public face.
/// </summary>
internal sealed class AccountBook
{
    private readonly PollLog _log;
    private readonly List<PolledCampaign> _campaigns = [];
    private readonly ListSchedule _lists = new();
    private readonly FailureLog _troubles;
    private DateTimeOffset _anchor;
    private readonly SavedCampaigns _saved;
    private readonly bool _isRestored;
    private SavedPages _savedPages;
    private readonly HashSet<CampaignKind> _skipping = [];
    private readonly HashSet<(CampaignKind Kind, string Id)> _removed = [];
    private IReadOnlyList<AutomationName> _names = [];
    private KeyStanding _key = KeyStanding.Unknown;
    private Probing _probing;
    private (CampaignKind Kind, string? Id)? _prober;
    private (CampaignKind Kind, string? Id)? _probe;
    private int _listProbes;
    private int _answers;
    private DateTimeOffset? _lastAsked;

    /// <param name="plan">What is to be done.</param>
    /// <param name="log">For the operator.</param>
    /// <param name="now">The time.</param>
    /// <param name="clock">The clock that tells it; <see langword="null"/> when nobody will look whether it is set.</param>
    public AccountBook(AccountPlan plan, PollLog log, DateTimeOffset now, ClockReading? clock = null)
    {
        (Plan, _log, _troubles, _anchor, _probing) = (plan, log, new FailureLog(log), now, Probing.From(now));
        Snapshot = plan.Empty() with { Clock = clock };
        foreach (var kind in Snapshot.Discovery.Keys)
        {
            _lists.Plan(kind, now);
        }

        _saved = new SavedCampaigns(plan, now);
        foreach (var identity in Account.Listed(plan.Poll.Interval))
        {
            Add(new PolledCampaign(identity, now), now);
        }

        KeepSaved();
        AddYoung(now);
        _isRestored = Snapshot.Campaigns.Any(campaign => campaign.Data is not null);
        _savedPages = plan.SavedPages;
        var attempted = Snapshot.Campaigns.ToDictionary(campaign => (campaign.Kind, campaign.Id), campaign => campaign.Health.LastAttempt);
        Schedule.Resume(
            [.. Listed.Where(campaign => now - campaign.LastSuccess <= plan.Poll.MaxAge)],
            campaign => attempted[(campaign.Kind, campaign.Id)],
            plan.Poll.MaxAge,
            now
        );
        Publish(Snapshot);
    }

    /// <summary>What is to be done; a reload brings another one.</summary>
    public AccountPlan Plan { get; private set; }

    /// <summary>The account as it is published.</summary>
    public AccountSnapshot Snapshot { get; private set; }

    /// <summary>
    /// When the next thing is due that could be started then; one that waits for a free place is started when a poll ends.
    /// </summary>
    public DateTimeOffset NextDue =>
        Enum.GetValues<CampaignKind>()
            .Where(kind => FreePlaces(kind) > 0)
            .SelectMany(kind => Listed.Where(campaign => campaign.Kind == kind && !campaign.IsRunning))
            .Select(campaign => campaign.Due)
            .Append(_lists.NextDue)
            .Append(CanProbe ? _probing.Next : DateTimeOffset.MaxValue)
            .Min();

    private AccountOptions Account => Plan.Account;

    private IEnumerable<PolledCampaign> Listed => _campaigns.Where(campaign => campaign.DelistedAt is null);

    /// <summary>
    /// The campaigns to start now. Each kind has places of its own, so that automations whose endpoint must rest do not hold up the Single
    /// Sends; the rate gate bounds the requests of both together.
    /// </summary>
    public IReadOnlyList<PolledCampaign> Due(DateTimeOffset now) =>
        [
            .. Enum.GetValues<CampaignKind>()
                .SelectMany(kind => Schedule.Pick(Listed.Where(campaign => campaign.Kind == kind), now, FreePlaces(kind))),
        ];

    /// <summary>What the answers so far say of the key in use, whoever asked.</summary>
    public void Heard(KeyStanding key, DateTimeOffset now)
    {
        var (before, accepted) = (_key, Snapshot.KeyAccepted);
        _key = key;
        Snapshot = Snapshot with { KeyAccepted = key.IsAccepted ?? accepted };
        _troubles.TellOfKey(accepted, Snapshot.KeyAccepted, key.Refusal);
        if (key.IsRefused && !before.IsRefused)
        {
            _probing = Probing.From(now);
        }
        else if (before.IsRefused && !key.IsRefused)
        {
            // Accepted, or another key, of which nothing is known yet.
            WakeRefused(now);
        }
    }

    /// <summary>
    /// When a probe is due, chooses who it is and makes that due: the campaign that was asked longest ago, or a list where there is no
    /// campaign. Each has its turn: one that is refused for itself must not be the only one that is ever asked.
    /// </summary>
    public void ChooseProber(DateTimeOffset now)
    {
        _prober = null;
        if (!CanProbe || now < _probing.Next)
        {
            return;
        }

        if (LongestNotAsked(Startable) is { } campaign)
        {
            _prober = (campaign.Kind, campaign.Id);
            campaign.Due = campaign.Due < now ? campaign.Due : now;
        }
        else
        {
            var lists = Snapshot.Discovery.Keys.ToList();
            _prober = (lists[_listProbes++ % lists.Count], null);
            _lists.NoLaterThan(now);
        }
    }

    /// <summary>The lists to walk now.</summary>
    public IReadOnlyList<CampaignKind> DiscoveriesDue(DateTimeOffset now) => _lists.Due(now);

    /// <summary>An attempt begins.</summary>
    public PollStart Started(PolledCampaign campaign, DateTimeOffset now)
    {
        campaign.Began(_answers, now);
        var start =
            _key.IsRefused ? AskRefused((campaign.Kind, campaign.Id), now)
            : AllForbidden() ? AskForbidden(campaign)
            : default;
        campaign.LastAsked = start.Known is null ? campaign.Due : campaign.LastAsked;
        return start;
    }

    /// <summary>Whether the campaign is polled: a reload or a list may have taken it away.</summary>
    public bool Has(PolledCampaign campaign) => _campaigns.Contains(campaign);

    /// <summary>
    /// An attempt that began under options that are no longer in force says nothing about those that are: it is made again at once.
    /// </summary>
    public void Outdated(PolledCampaign campaign, DateTimeOffset now)
    {
        (campaign.IsRunning, campaign.Due) = (false, now);
        EndProbe((campaign.Kind, campaign.Id));
    }

    /// <summary>An attempt ended. A canceled one, or one of a campaign that a reload has taken away, leaves no trace.</summary>
    public void Ended(PolledCampaign campaign, PollOutcome outcome, DateTimeOffset now)
    {
        campaign.IsRunning = false;
        EndProbe((campaign.Kind, campaign.Id));
        if (outcome.Error is { Kind: ApiErrorKind.Canceled } || !_campaigns.Contains(campaign))
        {
            return;
        }

        if (outcome.Error is null && AllForbidden())
        {
            WakeRefused(now);
        }

        // Whatever is made of the answer, the next attempt comes.
        campaign.Due = now + campaign.Interval;
        _log.Ended(campaign, outcome);
        _troubles.Report(campaign, outcome.Error, Plan.Poll.MaxAge, now);
        var before = Snapshot.Campaigns.First(each => IsOf(each, campaign));
        var after = CampaignPoll.Apply(before, outcome, Plan.Links, now);
        _answers += campaign.Kind == CampaignKind.Automation && outcome.Found is not null ? 1 : 0;
        campaign.Took(outcome, changed: after.Data?.HasSameNumbersAs(before.Data) != true, Plan.Poll, _answers, now);
        campaign.NotBefore = outcome.Error?.NotBefore;
        campaign.Due = Schedule.AfterAttempt(later => NextOf(campaign, later), campaign.LastStarted ?? now, now, campaign.NotBefore);
        Publish(
            Snapshot with
            {
                Campaigns = Snapshot.Campaigns.Replace(
                    before,
                    after with
                    {
                        Interval = campaign.Interval,
                        Data =
                            outcome.Found is null || after.Data is null ? after.Data : after.Data with { LastChange = campaign.LastChange },
                    }
                ),
            }
        );
    }

    /// <summary>A walk of a list begins.</summary>
    public PollStart DiscoveryStarted(CampaignKind kind, DateTimeOffset now)
    {
        _lists.Begin(kind);
        return _key.IsRefused ? AskRefused((kind, Id: null), now) : default;
    }

    /// <summary>The same as <see cref="Outdated"/>, of a list.</summary>
    public void DiscoveryOutdated(CampaignKind kind, DateTimeOffset now)
    {
        EndProbe((kind, Id: null));
        DiscoveryAgain(kind, now);
    }

    private void DiscoveryAgain(CampaignKind kind, DateTimeOffset due)
    {
        if (Snapshot.Discovery.ContainsKey(kind))
        {
            _lists.Plan(kind, due);
        }
    }

    /// <summary>A walk of a list ended.</summary>
    public void DiscoveryEnded(CampaignKind kind, ApiResult<CampaignList> found, DateTimeOffset started, int pages, DateTimeOffset now)
    {
        EndProbe((kind, Id: null));

        // Whatever is made of the answer, the next walk comes.
        DiscoveryAgain(kind, now + Plan.Poll.DiscoveryInterval);
        if (found.Error is { Kind: ApiErrorKind.Canceled } || !Snapshot.Discovery.TryGetValue(kind, out var before))
        {
            return;
        }

        _troubles.Report(kind, found.Error);
        if (found.Error is { } error)
        {
            _lists.Plan(kind, Discovery.Retry(now, Plan.Poll, error.NotBefore));
        }
        else
        {
            _lists.Plan(kind, now + Plan.Poll.DiscoveryInterval);
            Skipped(kind, found.Value!);
            TakeList(kind, found.Value!, now);
        }

        var after = found.Error is { } reason
            ? before.Failed(now, now - started, pages, Reasons.FailureOf(reason))
            : before.Succeeded(now, now - started, pages);
        Publish(Snapshot with { Discovery = Snapshot.Discovery.SetItem(kind, after) });
    }

    /// <summary>
    /// Names that the API told, for the info metrics; they are remembered for automations that the list of statistics names later.
    /// </summary>
    public void Named(IReadOnlyList<AutomationName> names)
    {
        _names = names;
        DescribeAutomations();
    }

    /// <summary>Drops campaigns that are no longer listed once their last values are too old to be served.</summary>
    public void DropAgedOut(DateTimeOffset now)
    {
        foreach (var gone in _campaigns.Where(each => !each.IsRunning && now - each.LastSeen > Plan.Poll.MaxAge).ToList())
        {
            _campaigns.Remove(gone);
            _removed.Add((gone.Kind, gone.Id.ToUpperInvariant()));
            Publish(Snapshot with { Campaigns = Snapshot.Campaigns.RemoveAll(each => IsOf(each, gone)) });
        }
    }

    /// <summary>
    /// Puts another plan of the same account in force. What stays keeps its values, counters and schedule, under a new name, too; what is
    /// no longer asked for goes at once, whatever is in the air.
    /// </summary>
    public void Reconfigure(AccountPlan next, DateTimeOffset now)
    {
        var before = Plan;
        Plan = next;
        LookForOthers(before, now);
        var change = CampaignChange.Compare(next, _campaigns, now);
        var shown = Snapshot.Campaigns.ToDictionary(each => (each.Kind, each.Id));
        var hastened = new List<PolledCampaign>();
        foreach (var (campaign, identity) in change.Stay)
        {
            var key = (campaign.Kind, campaign.Id);
            shown[key] = CampaignChange.Adopted(shown[key], campaign.Identity, identity, before, next, now);
            var (interval, isBack) = (campaign.Interval, campaign.DelistedAt is not null && identity.IsConfigured);
            campaign.Adopt(identity, next.Poll, now);
            if (campaign.Interval != interval || isBack)
            {
                hastened.Add(campaign);
            }

            shown[key] = shown[key] with { Interval = campaign.Interval };
        }

        _removed.UnionWith(
            _campaigns.Except(change.Stay.Select(stay => stay.Campaign)).Select(gone => (gone.Kind, gone.Id.ToUpperInvariant()))
        );
        _campaigns.Clear();
        _campaigns.AddRange(change.Stay.Select(stay => stay.Campaign));
        Snapshot = Snapshot with
        {
            Identity = next.Account.Identity,
            Campaigns = [.. _campaigns.Select(campaign => shown[(campaign.Kind, campaign.Id)])],
        };
        if (!before.Links.Url.HasPages() && next.Links.Url.HasPages())
        {
            // What was hidden is not known any more: the walks tell it again.
            (_savedPages, Snapshot) = (SavedPages.None, Snapshot with { Pages = SavedPages.None });
        }

        _saved.Reconfigure(before, next, now);
        foreach (var identity in change.New)
        {
            Add(new PolledCampaign(identity, now), now);
        }

        KeepSaved();

        // A wait never grows by a reload: values must not age out because the interval became longer.
        foreach (var campaign in hastened)
        {
            campaign.NoLaterThan(NextOf(campaign, now));
        }

        if (_key.IsRefused || AllForbidden())
        {
            // Who has just mended a key wants to see it work.
            (_probing, _lastAsked) = (Probing.At(now), null);
            WakeRefused(now);
        }

        Publish(Snapshot);
    }

    /// <summary>
    /// Takes what a former run knew and this one does not, because the store was not there at the start: what this run has walked itself is
    /// newer, and a campaign that it does not know, where its list has not been walked yet, may be one that it will find. What this run has
    /// removed stays away.
    /// </summary>
    public void Resume(SavedAccount late, DateTimeOffset now)
    {
        _saved.Add(
            Plan with
            {
                Saved = [.. late.Campaigns.Where(each => !_removed.Contains((each.Kind, each.Id.ToUpperInvariant())))],
            },
            now
        );
        foreach (var campaign in _campaigns)
        {
            var shown = Snapshot.Campaigns.First(each => IsOf(each, campaign));
            if (_saved.Take(campaign) is { } known && shown.Data is null or { IsAbsent: true })
            {
                campaign.Resume(known, Plan.Poll, now);
                Snapshot = Snapshot with
                {
                    Campaigns = Snapshot.Campaigns.Replace(shown, shown.WithSaved(known) with { Interval = campaign.Interval }),
                };
            }
        }

        KeepSaved();
        _savedPages = late.Pages;
        AddYoung(now);
        Publish(Snapshot);
    }

    /// <summary>
    /// The clock was set: what was seen and planned by the old time is told by the new one, so no age and no wait grows or shrinks by the
    /// difference.
    /// </summary>
    public void ClockMoved(TimeSpan by, ClockReading reading)
    {
        Snapshot = Snapshot.ShiftBy(by, reading);
        (_anchor, _lastAsked, _probing) = (_anchor + by, _lastAsked + by, _probing.Moved(by));
        _lists.ClockMoved(by);
        _saved.ClockMoved(by, reading.Time);
        var shown = Snapshot.Campaigns.ToDictionary(each => (each.Kind, each.Id));
        foreach (var campaign in _campaigns)
        {
            campaign.ClockMoved(by, shown[(campaign.Kind, campaign.Id)].Health.LastSuccess);
        }

        Publish(Snapshot);
    }

    private int FreePlaces(CampaignKind kind) =>
        Account.Api.Rate.Concurrency - _campaigns.Count(campaign => campaign.Kind == kind && campaign.IsRunning);

    /// <summary>What could be started now.</summary>
    private IEnumerable<PolledCampaign> Startable =>
        Enum.GetValues<CampaignKind>()
            .Where(kind => FreePlaces(kind) > 0)
            .SelectMany(kind => Listed.Where(campaign => campaign.Kind == kind && !campaign.IsRunning));

    /// <summary>Whether a probe is waited for and there is something that can be it.</summary>
    private bool CanProbe => _key.IsRefused && _probe is null && (Startable.Any() || _lists.NextDue < DateTimeOffset.MaxValue);

    private bool AllForbidden() => KeyRefusal.IsForbidden([.. Listed.Select(campaign => campaign.LastError)]);

    private PollStart AskRefused((CampaignKind Kind, string? Id) who, DateTimeOffset now)
    {
        if (_prober != who)
        {
            return new PollStart(KeyRefusal.NotAsked(_key.Refusal!));
        }

        (_prober, _probe, _probing) = (null, who, _probing.Started(now, Plan.Poll.Interval));
        return new PollStart(Known: null, IsProbe: true);
    }

    private void EndProbe((CampaignKind Kind, string? Id) who)
    {
        if (_probe == who)
        {
            _probe = null;
        }
    }

    /// <remarks>
    /// Counted by when the polls are due, not by when they start: those of one campaign start a little more or less than an interval
    /// apart, and every second one would be taken for too early.
    /// </remarks>
    private PollStart AskForbidden(PolledCampaign campaign)
    {
        if (campaign != LongestNotAsked(Listed) || !KeyRefusal.MayAsk(_lastAsked, campaign.Identity.Interval, campaign.Due))
        {
            return new PollStart(KeyRefusal.EverythingForbidden);
        }

        _lastAsked = campaign.Due;
        return default;
    }

    private static PolledCampaign? LongestNotAsked(IEnumerable<PolledCampaign> campaigns) =>
        campaigns.MinBy(campaign => campaign.LastAsked ?? DateTimeOffset.MinValue);

    /// <summary>The first good answer after a refusal ends the waiting of all.</summary>
    private void WakeRefused(DateTimeOffset now)
    {
        _lists.NoLaterThan(now);
        foreach (var refused in Listed.Where(each => each.LastError is ApiErrorKind.Unauthorized or ApiErrorKind.Forbidden))
        {
            refused.Due = now;
        }
    }

    /// <summary>After a reload: other lists may be asked for.</summary>
    private void LookForOthers(AccountPlan before, DateTimeOffset now)
    {
        var asked = Account.Discovered.ToList();
        if (!Account.FindsTheSame(CampaignKind.Automation, before.Account))
        {
            // Whoever is asked now tells them anew.
            _names = [];
        }

        foreach (var campaign in _campaigns.Where(campaign => !asked.Contains(campaign.Kind)))
        {
            campaign.IsOnList = null;
        }

        _lists.Reconfigure(asked, kind => Account.FindsTheSame(kind, before.Account), Plan.Poll.DiscoveryInterval, now);
        Snapshot = Snapshot with
        {
            Discovery = asked.ToImmutableSortedDictionary(
                static kind => kind,
                kind => Snapshot.Discovery.GetValueOrDefault(kind, PollHealth.Untried)
            ),
            SkippedRows = Snapshot.SkippedRows.RemoveRange(Snapshot.SkippedRows.Keys.Except(asked)),
            NamelessIn = Snapshot.NamelessIn.Intersect(asked),
            Campaigns =
            [
                .. Snapshot.Campaigns.Select(campaign => asked.Contains(campaign.Kind) ? campaign : campaign with { IsListed = null }),
            ],
        };
    }

    private void TakeList(CampaignKind kind, CampaignList found, DateTimeOffset now)
    {
        var (list, isWhole) = (found.Rows, found.NamelessRows == 0);
        var mine = _campaigns.Where(campaign => campaign.Kind == kind).ToList();
        var change = Discovery.Compare(Account.Wanted(kind, list, now), mine, Account.Excluded(kind));
        var named = list.Select(each => each.Id).ToHashSet(StringComparer.OrdinalIgnoreCase);

        // A row without an id may be any that is missed.
        var lost = change.Gone.Where(gone => isWhole || named.Contains(gone.Id)).ToList();
        foreach (var added in change.New)
        {
            Add(new PolledCampaign(new CampaignDefinition(kind, added.Id, ConfiguredName: null, Plan.Poll.Interval), now), now);
        }

        if (isWhole)
        {
            _saved.KeepOnly(saved => saved.Kind != kind);
        }

        foreach (var gone in lost)
        {
            gone.DelistedAt = now;
        }

        foreach (var back in change.Back)
        {
            (back.DelistedAt, back.Due) = (null, now);
        }

        Describe(kind, list);
        TellListed(kind, named, isWhole);
        if (change.New.Count > 0 || lost.Count > 0)
        {
            _log.ListChanged(kind, Listed.Count(campaign => campaign.Kind == kind), change.New.Count, lost.Count);
        }
    }

    /// <summary>
    /// Says of each campaign whether the list names it; of a configured one the log says when it does not. Of what a list with rows that
    /// cannot be read does not name, that says nothing.
    /// </summary>
    private void TellListed(CampaignKind kind, HashSet<string> named, bool isWhole)
    {
        foreach (var campaign in _campaigns.Where(campaign => campaign.Kind == kind))
        {
            campaign.IsOnList = IsListed(campaign.Id, campaign.IsOnList);
        }

        foreach (
            var missing in Snapshot.Campaigns.Where(each =>
                each.Kind == kind && each.IsListed != false && IsListed(each.Id, each.IsListed) == false
            )
        )
        {
            if (_campaigns.Exists(campaign => IsOf(missing, campaign) && campaign.Identity.IsConfigured))
            {
                _log.NotListed(kind, missing.Label, missing.Id);
            }
        }

        Publish(
            Snapshot with
            {
                Campaigns =
                [
                    .. Snapshot.Campaigns.Select(each =>
                        each.Kind == kind && IsListed(each.Id, each.IsListed) is var isListed && each.IsListed != isListed
                            ? each with
                            {
                                IsListed = isListed,
                            }
                            : each
                    ),
                ],
            }
        );

        bool? IsListed(string id, bool? before) =>
            named.Contains(id) ? true
            : isWhole ? false
            : before;
    }

    private void Skipped(CampaignKind kind, CampaignList found)
    {
        var rows = found.SkippedRows;
        Snapshot = Snapshot with
        {
            SkippedRows = Snapshot.SkippedRows.SetItem(kind, rows),
            NamelessIn = found.NamelessRows > 0 ? Snapshot.NamelessIn.Add(kind) : Snapshot.NamelessIn.Remove(kind),
        };
        if (rows == 0)
        {
            _skipping.Remove(kind);
        }
        else if (_skipping.Add(kind))
        {
            _log.RowsSkipped(kind, rows);
        }
    }

    private void DescribeAutomations()
    {
        if (Account.Automations.Names == NameSource.Config || _names.Count == 0)
        {
            return;
        }

        // Configured names of steps win.
        var configured = _campaigns
            .Where(campaign => campaign.Kind == CampaignKind.Automation)
            .ToDictionary(campaign => campaign.Id, campaign => campaign.Identity.StepNames, StringComparer.Ordinal);
        Publish(Snapshot with { Campaigns = CampaignNames.OfAutomations(Snapshot.Campaigns, _names, id => configured[id]) });
    }

    /// <summary>Takes over what a list tells beside ids.</summary>
    private void Describe(CampaignKind kind, IReadOnlyList<ListedCampaign> list)
    {
        if (kind == CampaignKind.Automation)
        {
            DescribeAutomations();
            return;
        }

        var told = list.DistinctBy(send => send.Id, StringComparer.OrdinalIgnoreCase)
            .ToDictionary(send => send.Id, StringComparer.OrdinalIgnoreCase);
        foreach (var campaign in _campaigns.Where(campaign => campaign.Kind == kind && told.ContainsKey(campaign.Id)))
        {
            campaign.SentAt = told[campaign.Id].SentAt;
        }

        Publish(Snapshot with { Campaigns = CampaignNames.OfSingleSends(Snapshot.Campaigns, told) });
    }

    /// <summary>Of what was saved only that is kept which the first list without a nameless row may still name.</summary>
    private void KeepSaved() =>
        _saved.KeepOnly(saved =>
            Snapshot.Discovery.GetValueOrDefault(saved.Kind) is { } list
            && (list.LastSuccess is null || Snapshot.NamelessIn.Contains(saved.Kind))
            && Account.NewIn(saved, _campaigns.Select(campaign => campaign.Identity), Plan.Poll.Interval).Any()
        );

    /// <summary>What was discovered is served before discovery has answered, which then says whether it is still there.</summary>
    private void AddYoung(DateTimeOffset now)
    {
        foreach (var young in _saved.ToServe(Plan.Poll.MaxAge, now).ToList())
        {
            var campaign = new PolledCampaign(new CampaignDefinition(young.Kind, young.Id, ConfiguredName: null, Plan.Poll.Interval), now)
            {
                DelistedAt = young.IsDelisted ? now : null,
            };
            Add(campaign, now);
        }
    }

    private void Add(PolledCampaign campaign, DateTimeOffset now)
    {
        var saved = _saved.Take(campaign);
        if (saved is not null)
        {
            campaign.Resume(saved, Plan.Poll, now);
        }

        // Published by the caller, when all are there: one that is known is not all.
        _campaigns.Add(campaign);
        Snapshot = Snapshot with { Campaigns = Snapshot.Campaigns.Add(campaign.Untried(saved)) };
    }

    private DateTimeOffset NextOf(PolledCampaign campaign, DateTimeOffset after)
    {
        var listed = Listed.ToList();
        return Schedule.Next(_anchor, campaign.Interval, Math.Max(0, listed.IndexOf(campaign)), Math.Max(1, listed.Count), after);
    }

    private void Publish(AccountSnapshot next) =>
        Snapshot = WithPageKnowledge(
            next with
            {
                // Once tried, always tried: a list that a reload added takes nothing back.
                IsTried =
                    next.IsTried
                    || _isRestored
                    || (
                        next.Discovery.Values.All(discovery => discovery.Up is not null)
                        && (_campaigns.Count == 0 || _campaigns.Exists(each => each.IsTried))
                    ),
                BudgetUtilization = Budget.Utilization(_campaigns, Account.Api.Rate),
                Campaigns = Planned(next.Campaigns),
                Remembered = _saved.Waiting,
            }
        );

    private AccountSnapshot WithPageKnowledge(AccountSnapshot next)
    {
        var pages =
            next.Pages == SavedPages.Whole || PageKnowledge.IsComplete(next, _savedPages, FailsForItself) ? SavedPages.Whole : _savedPages;
        return next with { Pages = pages, ArePagesKnown = pages == SavedPages.Whole || !Plan.Links.Url.HasPages() };
    }

    private bool? FailsForItself(string automation) =>
        _campaigns.Find(each => each.Kind == CampaignKind.Automation && each.Id == automation)?.Failing?.IsForItself(_answers);

    /// <summary>
    /// Sets when each campaign is polled next, and whether it is polled at all. A campaign without a change stays the same object, so that
    /// it is not saved again.
    /// </summary>
    private ImmutableArray<CampaignSnapshot> Planned(ImmutableArray<CampaignSnapshot> campaigns)
    {
        var due = Listed.ToDictionary(each => (each.Kind, each.Id), each => (DateTimeOffset?)each.Due);
        return [.. campaigns.Select(Now)];

        CampaignSnapshot Now(CampaignSnapshot each) =>
            due.GetValueOrDefault((each.Kind, each.Id)) is var at && at == each.NextPoll && (at is null) == each.IsDelisted
                ? each
                : each with
                {
                    NextPoll = at,
                    IsDelisted = at is null,
                };
    }

    private static bool IsOf(CampaignSnapshot snapshot, PolledCampaign campaign) =>
        snapshot.Kind == campaign.Kind && string.Equals(snapshot.Id, campaign.Id, StringComparison.Ordinal);
}
