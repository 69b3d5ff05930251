using Exporter.History;
using Exporter.Snapshots;
using Exporter.Telemetry;
using Exporter.Tests.VirtualTime;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Prometheus;

namespace Exporter.Tests.History;

/// <summary>
/// Reloads take accounts out and bring them back while saves fail and succeed and the program restarts, in any order, against a model:
/// nothing comes back older than it was shown, what is usable says how the last save ended, and only a former run's state is restored.
/// </summary>
[Collection(nameof(OnVirtualTime))]
public sealed class RefusedSavesTests : StoreTests
{
    private static readonly Snapshot Empty = new() { MaxAge = TimeSpan.FromDays(10_000) };

    private readonly VirtualClock _clock = new();
    private readonly Known[] _all = [new(Main), new(Main with { Name = "two" })];
    private readonly Dictionary<long, DateTimeOffset> _walks = [];
    private StorageInstruments _told = new Instruments().Storage;
    private SavedState? _state;
    private Snapshot _current = Empty;
    private bool _isAway;
    private bool _isUsable;
    private bool _isRestored;

    private string Data => Path.Combine(StorePath, "data");

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public async Task Nothing_comes_back_older_than_it_was_shown_whatever_the_disk_refuses(int seed)
    {
#pragma warning disable CA5394 // Not for secrets: the same seed is to give the same steps.
        var dice = new Random(seed);
        Restart();
        for (var step = 0; step < 300; step++)
        {
            _clock.MoveTo(_clock.Elapsed + TimeSpan.FromSeconds(1));
            var one = _all[dice.Next(_all.Length)];
            switch (dice.Next(9))
            {
                case 0 or 1:
                    Walk(one);
                    break;
                case 2:
                    TakeOut(one);
                    break;
                case 3 or 4:
                    await BringInAsync(one);
                    break;
                case 5:
                    SaveOnFullDisk();
                    break;
                case 6:
                    Save();
                    break;
                case 7 when dice.Next(3) == 0:
                    Restart();
                    break;
                case 8 when dice.Next(2) == 0:
                    Move();
                    break;
                default:
                    break;
            }

            Assert.Equal((_isUsable, _isRestored), (((Gauge)_told.All[1]).Value == 1, ((Gauge)_told.All[0]).Value == 1));
        }
#pragma warning restore CA5394
    }

    protected override void Dispose(bool disposing)
    {
        _state?.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>A poll finds other numbers.</summary>
    private void Walk(Known one)
    {
        if (Shown(one) is { } account)
        {
            one.Newest = _walks.Count + 1;
            _walks[one.Newest] = _clock.GetUtcNow();
            Show(account with { Campaigns = [StoreTools.Campaign("a", _clock.GetUtcNow(), one.Newest)] });
        }
    }

    private void TakeOut(Known one) => Reload(_current.Accounts.Where(account => account.Identity != one.Identity));

    private async Task BringInAsync(Known one)
    {
        if (Shown(one) is not null)
        {
            return;
        }

        var saved = (await _clock.UntilAsync(_state!.ReadSavedAsync([one.Identity])))[one.Identity];
        if (one.IsKept)
        {
            IsAsShown(one, saved);
        }
        else if (_isAway)
        {
            Assert.False(saved.IsRead);
        }
        else
        {
            IsAsShown(one, saved);
            Assert.False(saved.MayHoldMore);
            Restored([one]);
        }

        _isUsable &= !_isAway;
        Reload(_current.Accounts.Append(Begun(one, saved)));
    }

    private void SaveOnFullDisk()
    {
        Assert.False(_state!.TrySave(static () => throw new SqliteException("database or disk is full", 13), static _ => { }));
        _isUsable = false;
    }

    private void Save()
    {
        var late = new List<Known>();
        _isUsable = _state!.TrySave(
            () => _current,
            saved =>
            {
                foreach (var one in _all.Where(each => saved.ContainsKey(each.Identity)))
                {
                    late.Add(one);
                    HandOver(one, saved[one.Identity]);
                }
            }
        );
        Assert.Equal(!_isAway, _isUsable);
        if (_isUsable)
        {
            Restored(late);
            foreach (
                var one in _all.Where(one => Shown(one) is { } shown ? shown.Awaited is null : one is { IsKept: true, IsWaiting: false })
            )
            {
                (one.IsOwn, one.Saved, one.IsKept) = (true, one.Newest, false);
            }
        }
    }

    /// <summary>As the polling does it: what this run has walked itself is newer.</summary>
    private void HandOver(Known one, SavedAccount late)
    {
        var account = Shown(one)!;
        Assert.Equal(one.Identity, account.Awaited);
        Show(account.Campaigns.IsEmpty ? Begun(one, late) : account with { Awaited = null });
        one.Newest = Math.Max(one.Newest, one.Saved);
    }

    private void Restart()
    {
        _state?.Dispose();
        _told = new Instruments().Storage;
        _state = new SavedState(Data, new HistoryOptions(), _told, _clock, NullLogger.Instance);
        Array.ForEach(_all, static one => (one.Newest, one.IsOwn, one.IsKept) = (one.Saved, false, false));
        var saved = _state.Restore([.. _all.Select(static one => one.Identity)], CancellationToken.None);
        (_isUsable, _isRestored, _current) = (!_isAway, false, Empty);
        if (!_isAway)
        {
            Array.ForEach([.. _all.Zip(saved)], static each => IsClicks(each.First.Saved, each.Second));
            Restored(_all);
        }

        _current = Empty with { Accounts = [.. _all.Zip(saved, Begun)] };
    }

    /// <summary>The disk goes away, or comes back.</summary>
    private void Move()
    {
        if (_isAway)
        {
            File.Delete(Data);
            Directory.Move(Data + "-away", Data);
        }
        else
        {
            Directory.Move(Data, Data + "-away");
            File.WriteAllText(Data, "");
        }

        _isAway = !_isAway;
    }

    private void Restored(IEnumerable<Known> read) => _isRestored |= read.Any(static one => one is { Saved: > 0, IsOwn: false });

    private void IsAsShown(Known one, SavedAccount saved)
    {
        IsClicks(one.Newest, saved);
        Assert.All(saved.Campaigns, campaign => Assert.Equal(_walks[one.Newest], campaign.Health.LastSuccess));
    }

    private static void IsClicks(long expected, SavedAccount saved) =>
        Assert.Equal(expected > 0 ? [expected] : [], saved.Campaigns.Select(static campaign => campaign.Data!.Links.Links[0].Clicks));

    private AccountSnapshot? Shown(Known one) => _current.Accounts.FirstOrDefault(account => account.Identity == one.Identity);

    private static AccountSnapshot Begun(Known one, SavedAccount saved) =>
        new()
        {
            Identity = one.Identity,
            Name = one.Identity.Name,
            Awaited = saved.MayHoldMore ? one.Identity : null,
            Campaigns = saved.Campaigns,
        };

    private void Show(AccountSnapshot account) =>
        _current = _current with { Accounts = [.. _current.Accounts.Select(each => each.Identity == account.Identity ? account : each)] };

    private void Reload(IEnumerable<AccountSnapshot> accounts)
    {
        var before = _current;
        _current = before with { Accounts = [.. accounts] };
        _state!.Replace(before, _current);
        foreach (var one in _all)
        {
            var last = before.Accounts.FirstOrDefault(account => account.Identity == one.Identity);
            if (Shown(one) is not null)
            {
                one.IsKept = false;
            }
            else if (last is not null)
            {
                one.IsWaiting = last.Awaited is not null;
                one.IsKept = !one.IsWaiting || !last.Campaigns.IsEmpty;
            }
        }
    }

    /// <summary>What the model knows of an account.</summary>
    private sealed class Known(AccountIdentity identity)
    {
        public AccountIdentity Identity => identity;

        /// <summary>The clicks of the last walk that was shown.</summary>
        public long Newest { get; set; }

        /// <summary>Those in the store.</summary>
        public long Saved { get; set; }

        /// <summary>Whether this run has saved it.</summary>
        public bool IsOwn { get; set; }

        /// <summary>Whether it is out, and what was shown of it is in memory.</summary>
        public bool IsKept { get; set; }

        /// <summary>Whether it was waiting for saved state when it left.</summary>
        public bool IsWaiting { get; set; }
    }
}
