using Exporter.Polling;
using Exporter.SendGrid;
using Exporter.SendGrid.Keys;
using Exporter.Snapshots;
using Exporter.Tests.VirtualTime;
using Microsoft.Extensions.Logging.Abstractions;

namespace Exporter.Tests.Polling.Model;

/// <summary>Tells a book and the naive model of it the same events, one after the other, and compares what they say after each.</summary>
internal sealed class AccountHistory
{
    private static readonly PollLog Log = new(NullLogger.Instance, "main");
    private static readonly FailureReason[] Kinds = [.. Enum.GetValues<FailureReason>().Except([FailureReason.Canceled])];

    private readonly VirtualClock _clock = new();
    private readonly Dictionary<(CampaignKind Kind, string Id), StoredCampaign> _store = [];
    private readonly List<(PolledCampaign Campaign, ModelCampaign Model)> _polls = [];
    private readonly List<CampaignKind> _lists = [];
    private readonly List<string> _events = [];
    private TimeSpan _setBy;
    private AccountBook _book;
    private AccountModel _model;
    private long _clicks = 100;
    private bool _wasReady,
        _werePagesKnown;

    public AccountHistory() => (_book, _model) = Start(AnyPlan.Of(0));

    private DateTimeOffset Now => _clock.GetUtcNow();

    /// <summary>One event, chosen by numbers.</summary>
    public void Happen(int what, int which, int how)
    {
        switch (what)
        {
            case 0:
                Pass(TimeSpan.FromSeconds(new[] { 1, 7, 60, 300, 1200, 3600, 3 * 3600, 25 * 3600 }[which % 8]));
                break;
            case 1 or 2 or 3:
                BeginDueUntilSomethingMustEnd();
                break;
            case 4 or 5 or 6 when _polls.Count > 0:
                EndPoll(which % _polls.Count, how);
                break;
            case 7 when _lists.Count > 0:
                EndList(which % _lists.Count, how);
                break;
            case 8:
                Reload(which);
                break;
            case 9:
                SetClock(Jump(which));
                break;
            case 10:
                Restart(which, how);
                break;
            case 11:
                Key(which % 3);
                break;
            default:
                // There is nothing that could end.
                break;
        }

        Compare();
    }

    public override string ToString() => string.Join("; ", _events);

    private static TimeSpan Jump(int which) =>
        new[] { TimeSpan.FromHours(1), TimeSpan.FromDays(1), TimeSpan.FromDays(3650), TimeSpan.FromMinutes(10) }[which / 2 % 4]
        * (which % 2 == 0 ? 1 : -1);

    private (AccountBook Book, AccountModel Model) Start(AccountPlan plan)
    {
        var clock = ClockReading.Read(_clock);
        _polls.Clear();
        _lists.Clear();
        _wasReady = _werePagesKnown = false;
        var saved = plan with { Saved = new SavedAccount([.. _store.Values.Select(stored => stored.Snapshot)], [], Damage: null) };
        return (new AccountBook(saved, Log, clock.Time, clock), new AccountModel(plan, _store, clock.Time, _clock.Elapsed));
    }

    private void Pass(TimeSpan time)
    {
        _events.Add($"{time} pass");
        _clock.MoveTo(_clock.Elapsed + time);
        _book.DropAgedOut(Now);
        _model.DropAgedOut(TimeOfDay, Now);
    }

    private DateTimeOffset TimeOfDay(TimeSpan elapsed) => Now - (_clock.Elapsed - elapsed);

    /// <summary>Turns of the loop, as it makes them without a pause: when nothing can be begun any more, the next is later.</summary>
    private void BeginDueUntilSomethingMustEnd()
    {
        for (var turns = 0; turns == 0 || _book.NextDue <= Now; turns++)
        {
            Assert.True(turns < 20, $"the loop looks again and again: {_book.NextDue} has come, and {_book.State.Probe} begins nothing");
            BeginDue();
        }
    }

    /// <summary>As the loop does it.</summary>
    private void BeginDue()
    {
        _book.DropAgedOut(Now);
        _model.DropAgedOut(TimeOfDay, Now);
        _book.ChooseProber(Now);
        foreach (var kind in _book.DiscoveriesDue(Now))
        {
            Assert.Contains(kind, _model.Plan.Account.Discovered);
            if (_book.DiscoveryStarted(kind, Now).Known is { } known)
            {
                _book.DiscoveryEnded(kind, known, Now, 0, Now);
            }
            else
            {
                _lists.Add(kind);
                _events.Add($"the list of {kind} is asked for");
            }
        }

        for (var due = _book.Due(Now); due.Count > 0; due = _book.Due(Now))
        {
            foreach (var campaign in due)
            {
                var model = _model.Find(campaign.Kind, campaign.Id);
                Assert.True(model is { Delisted: null, IsRunning: false }, $"{campaign.Id} is polled and nobody wants it");
                _events.Add($"{campaign.Id} is polled");
                if (_book.Started(campaign, Now).Known is { } known)
                {
                    _book.Ended(campaign, Some.Failed(known), Now);
                    model.Attempts++;
                }
                else
                {
                    model.IsRunning = true;
                    _polls.Add((campaign, model));
                }
            }
        }
    }

    private void EndPoll(int which, int how)
    {
        var (campaign, model) = _polls[which];
        _polls.RemoveAt(which);
        model.IsRunning = false;
        if (how % 9 == 8)
        {
            _events.Add($"{campaign.Id} is outdated");
            _book.Outdated(campaign, Now);
            return;
        }

        model.Attempts++;
        if (how % 9 > 3)
        {
            var named = how % 2 == 0 ? Now.AddSeconds(how) : (DateTimeOffset?)null;
            var error = new ApiError(Kinds[how % Kinds.Length], "failed", named);
            _events.Add($"{campaign.Id} failed as {error.Reason} until {named}");
            _book.Ended(campaign, Some.Failed(error) with { Duration = Lasted(how) }, Now);
            model.NotBefore = named is null ? null : _clock.Elapsed + TimeSpan.FromSeconds(how);
            return;
        }

        // Each walk of anything finds something else, now and then less or the same.
        var clicks = (how % 4) switch
        {
            0 => model.Clicks ?? 5,
            1 => Math.Max(0, (model.Clicks ?? 0) - 3),
            _ => ++_clicks * 1000,
        };
        _events.Add($"{campaign.Id} has {clicks}");
        _book.Ended(campaign, Some.Found(Some.Link(clicks: clicks)), Now);
        model.NotBefore = null;
        AccountModel.Walked(model, clicks, _clock.Elapsed);
    }

    private void EndList(int which, int how)
    {
        var kind = _lists[which];
        _lists.RemoveAt(which);
        if (how % 5 == 4)
        {
            var named = how % 2 == 0 ? Now.AddSeconds(how) : (DateTimeOffset?)null;
            _book.DiscoveryEnded(kind, new ApiError(Kinds[how % Kinds.Length], "failed", named), Now - Lasted(how), 1, Now);
            return;
        }

        var rows = AnyPlan
            .Ids(kind)
            .Where((_, number) => (how >> number) % 2 == 0)
            .Select(
                (id, number) =>
                    new ListedCampaign(id)
                    {
                        SentAt = kind == CampaignKind.Automation ? null : Now.AddDays(-new[] { 0.1, 3, 29.9, 40 }[(how + number) % 4]),
                    }
            )
            .ToList();
        _events.Add($"the list names {string.Join(' ', rows.Select(row => row.Id))}");
        _book.DiscoveryEnded(kind, new CampaignList(rows, SkippedRows: 0), Now, 1, Now);
        _model.Listed(kind, rows, _clock.Elapsed, Now);
    }

    private void Reload(int which)
    {
        var plan = AnyPlan.Of(which);
        _events.Add($"reload {which}");
        _book.Reconfigure(plan, Now);
        _model.Reload(plan, _clock.Elapsed);
    }

    private void SetClock(TimeSpan by)
    {
        _events.Add($"the clock is set by {by}");
        (_setBy, var before) = (_setBy + by, _book.Snapshot);
        _clock.SetTimeOfDay(by);
        var store = new SnapshotStore(new Snapshot { Accounts = [before], MaxAge = _model.Plan.Poll.MaxAge });

        // A scrape between sees what the book will say.
        var seen = store.Read(_clock).Snapshot.Accounts[0];
        var reading = ClockReading.Read(_clock);
        Assert.Equal(by, before.SetBy(reading, _clock));
        _book.ClockMoved(by, reading);
        _model.ClockSet(Now);
        Assert.Equal(Successes(seen), Successes(_book.Snapshot));

        static IEnumerable<(string, DateTimeOffset?)> Successes(AccountSnapshot account) =>
            account.Campaigns.Select(static each => (each.Id, each.Health.LastSuccess));
    }

    private void Restart(int which, int how)
    {
        _events.Add($"restart after {Jump(which)} {Jump(how)}");
        _clock.MoveTo(_clock.Elapsed + TimeSpan.FromSeconds(new[] { 0, 1, 600, 7200 }[which % 4]));
        if (how % 3 == 0)
        {
            _clock.SetTimeOfDay(Jump(how));
        }

        (_book, _model) = Start(AnyPlan.Of(which));
    }

    private void Key(int which)
    {
        var refusal = new ApiError(FailureReason.Unauthorized, "401");
        var refused = Enumerable
            .Range(0, 3)
            .Aggregate(KeyStanding.Unknown, (key, number) => key.AfterRefusal(refusal, TimeSpan.FromSeconds(5 * number)));
        _events.Add($"the key is {which}");
        _book.Heard(
            which == 0 ? refused
                : which == 1 ? KeyStanding.Unknown
                : KeyStanding.Unknown.Accepted(),
            Now
        );
    }

    private void Compare()
    {
        var shown = _book.Snapshot.Campaigns;
        Assert.Equal(_model.Campaigns.Select(each => (each.Kind, each.Id)).Order(), shown.Select(each => (each.Kind, each.Id)).Order());
        Assert.All(shown.GroupBy(static each => (each.Kind, each.Label)), static labels => Assert.Single(labels));
        Assert.Equal(_model.Plan.Account.Discovered.Order(), _book.Snapshot.Discovery.Keys.Order());
        Assert.True(_book.Snapshot.IsTried || !_wasReady, "what was ready stays ready");
        _wasReady = _book.Snapshot.IsTried;
        Assert.True(_book.Snapshot.AreLandingPagesKnown || !_werePagesKnown, "what was known stays known");
        _werePagesKnown = _book.Snapshot.AreLandingPagesKnown;
        Assert.Equal(_model.Waiting.Order(), _book.Snapshot.Remembered.Select(each => (each.Kind, Id: each.Id.ToLowerInvariant())).Order());
        foreach (var seen in shown)
        {
            Compare(_model.Find(seen.Kind, seen.Id)!, seen);
            Save(seen);
        }
    }

    private void Compare(ModelCampaign model, CampaignSnapshot seen)
    {
        var (poll, success) = (_model.Plan.Poll, model.Success?.At(TimeOfDay));
        Assert.Equal(model.Name ?? model.Id, seen.Label);
        Assert.Equal(model.Attempts, seen.Health.Attempts);
        Assert.Equal(success, seen.Health.LastSuccess);
        var served = seen.ServableData(Now, poll.MaxAge)?.Links.Links.Sum(static link => link.Clicks);
        Assert.Equal(Now - success <= poll.MaxAge ? model.Clicks : null, served);

        var increase = seen.Data?.Links.Links[0].LastIncrease;
        Assert.True(
            increase == model.Increase?.At(TimeOfDay) || (increase is null && model.Increase is { Saved: not null }),
            $"{increase} is no increase that was seen"
        );

        var longest =
            model.Kind == CampaignKind.Automation
                ? poll.IdleInterval ?? model.Interval
                : Least(AdaptiveInterval.LongestForSingleSends, poll.MaxAge / 2);
        Assert.InRange(seen.Interval, model.Interval, longest > model.Interval ? longest : model.Interval);
        if (model.Delisted is not null)
        {
            Assert.Null(seen.NextPoll);
        }
        else if (!model.IsRunning)
        {
            var named = model.NotBefore - _clock.Elapsed;
            var latest = named > seen.Interval ? named.Value : seen.Interval;
            Assert.True(
                seen.NextPoll - Now <= latest,
                $"{model.Id} is polled in {seen.NextPoll - Now}, and its interval is {seen.Interval}"
            );
        }
    }

    /// <summary>How long a failed one took: every other one hung.</summary>
    private TimeSpan Lasted(int how) => how / 10 % 2 == 0 ? TimeSpan.Zero : _model.Plan.Poll.Timeout;

    private static TimeSpan Least(TimeSpan a, TimeSpan b) => a < b ? a : b;

    /// <summary>As the store does it: after a removal it holds what it held.</summary>
    private void Save(CampaignSnapshot seen)
    {
        if (seen is { Data: { } data, Health: { LastSuccess: { } success } health })
        {
            var links = LinkTable.Restore(
                [.. data.Links.Links.Select(static link => link with { IsIncreaseSaved = false })],
                data.Links.Vanished,
                rowsMerged: 0,
                new LinksOptions(),
                data.Links.Display
            );
            var saved = seen with
            {
                Health = PollHealth.Resumed(health.Up, success, health.LastAttempt, TimeSpan.Zero, pages: 1, reason: null, error: null),
                Data = data with { Links = links },
            };
            _store[(seen.Kind, seen.Id.ToLowerInvariant())] = new StoredCampaign(saved, links.Links[0].Clicks);
        }
    }
}
