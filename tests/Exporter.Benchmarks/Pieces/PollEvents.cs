using System.Globalization;
using BenchmarkDotNet.Attributes;
using Exporter.Polling;
using Exporter.SendGrid;
using Exporter.SendGrid.Keys;
using Exporter.SendGrid.RateLimits;
using Exporter.Snapshots;

namespace Exporter.Benchmarks.Pieces;

/// <summary>One turn of an account's loop, in which one poll begins and ends, beside few campaigns and many.</summary>
[MemoryDiagnoser]
public class PollEvents
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private const int First = 100;

    private AccountState _fresh = null!;
    private AccountState _state = null!;
    private DateTimeOffset _now = Noon;
    private long _clicks;

    [Params(100, 1_000, 10_000)]
    public int Campaigns { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _now = Noon;
        _fresh = SavedStateTransitions.Begin(Plan(Campaigns), Noon);
        _state = _fresh;
        for (var poll = 0; poll < Campaigns; poll++)
        {
            Poll();
        }
    }

    [Benchmark]
    public object Poll()
    {
        _now = _now < _state.NextDue ? _state.NextDue : _now;
        _state = _state.DropAgedOut(_now).ChooseProber(_now).Ripen(_now);
        var campaign = _state.Ready[0];
        (_state, _) = _state.BeginPoll(campaign, _now);
        _state = _state.CompletePoll(campaign, Found(++_clicks), _now);
        return _state.Snapshot;
    }

    /// <summary>After a start, when nothing is known of most campaigns.</summary>
    [Benchmark(OperationsPerInvoke = First)]
    public object FirstPolls()
    {
        (_state, _now) = (_fresh, Noon);
        for (var poll = 0; poll < First; poll++)
        {
            Poll();
        }

        return _state;
    }

    private static AccountPlan Plan(int campaigns) =>
        new(
            new PollOptions { Interval = TimeSpan.FromHours(1), MaxAge = TimeSpan.FromHours(12) },
            new AccountOptions
            {
                Api = new ApiOptions
                {
                    ApiKey = ApiKey.FromValue("SG.x"),
                    Rate = new RateOptions { Concurrency = 8 },
                },
                Automations = new AutomationsOptions
                {
                    Discover = false,
                    List =
                    [
                        .. Enumerable
                            .Range(0, campaigns)
                            .Select(static number => new ConfiguredAutomation
                            {
                                Id = $"d9fce3aa-0000-4000-8000-{number.ToString("D12", CultureInfo.InvariantCulture)}",
                            }),
                    ],
                },
            },
            new LinksOptions()
        );

    private static PollOutcome Found(long clicks) =>
        new(
            new PollFindings([new ObservedLink(new EmailKey("s"), "0", Url: null, clicks)], ReportedClicks: null, CountMismatch: false, []),
            Error: null,
            Pages: 1,
            TimeSpan.Zero
        );
}
