using CsCheck;
using Exporter.Backfill;
using Exporter.Configuration;
using Exporter.History;
using Exporter.Polling;
using Exporter.Snapshots;
using Exporter.Tests.History;

namespace Exporter.Tests.Backfill;

/// <summary>
/// Whether something is missing or only later follows from what the saved state knows after the last sample. It was taken from the first
/// sight ever, so an automation that was seen long ago, was then unknown, and is seen again since an hour was called missing.
/// </summary>
public sealed class StoredGapsTests : StoreTests
{
    private const int FirstHour = 24;
    private const int LastHour = 72;

    private static readonly DateTimeOffset Begin = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Until = Begin.AddHours(LastHour).AddMilliseconds(-1);
    private static readonly TimeSpan MaxAge = TimeSpan.FromHours(6.5);

    /// <summary>The walks of a campaign: at which hour, and what was found of its links and its statistics.</summary>
    private static readonly Gen<Sight[]> Walks = Gen.OneOf(
            Gen.Int[0, 96].Array[0, 6],
            // Long ago and now, with nothing between them.
            Gen.Select(Gen.Int[0, 20].Array[0, 3], Gen.Int[LastHour - 2, 80].Array[0, 3], static (old, now) => (int[])[.. old, .. now])
        )
        .SelectMany(static hours =>
            Gen.Select(Gen.Int[0, 2], Gen.Bool)
                .Array[hours.Length]
                .Select(found =>
                    hours
                        .Zip(found, static (hour, each) => new Sight(hour, each.Item1, each.Item2))
                        .DistinctBy(static sight => sight.Hour)
                        .OrderBy(static sight => sight.Hour)
                        .ToArray()
                )
        );

    [Fact]
    public void An_automation_that_was_seen_long_ago_and_again_in_the_hours_that_are_left_out_is_later() =>
        Assert.Equal("later", Told([new Sight(0, Links: 1), new Sight(1, Links: 1), new Sight(80, Links: 1)], CampaignKind.Automation));

    [Fact]
    public void What_a_run_lacks_is_later_where_the_saved_state_has_it_after_the_end_and_missing_where_it_has_it_nowhere() =>
        Gen.Select(Walks, Gen.Enum<CampaignKind>(), Gen.Bool, Gen.Bool, Gen.Int[1, 2])
            .Sample(
                (walks, kind, hasStepStats, leavesOut, mostLinks) =>
                {
                    var hasStatistics = hasStepStats || kind == CampaignKind.SingleSend;
                    var hours = Enumerable.Range(0, 100 * 2).Select(static half => half / 2.0).ToList();
                    var expected =
                        hours.Where(static hour => hour is >= FirstHour and < LastHour).Any(IsKnown) ? "written"
                        : leavesOut && hours.Where(static hour => hour >= LastHour).Any(IsKnown) ? "later"
                        : "missing";

                    Assert.Equal(expected, Told(walks, kind, hasStepStats, leavesOut, mostLinks));

                    bool IsKnown(double hour) =>
                        walks.LastOrDefault(walk => walk.Hour <= hour) is { } last
                        && (last.Links > 0 || (last.HasStatistics && hasStatistics))
                        && hour <= walks[^1].Hour
                        && hour < last.Hour + MaxAge.TotalHours;
                },
                iter: 500,
                threads: 1
            );

    /// <summary>What is said of a campaign with these walks; that it is written when nothing is.</summary>
    private string Told(Sight[] walks, CampaignKind kind, bool hasStepStats = true, bool leavesOut = true, int mostLinks = 2)
    {
        var account = Some.Account(kind == CampaignKind.Automation ? ["a"] : []);
        account = account with
        {
            Automations = account.Automations with { StepStats = hasStepStats },
            SingleSends = new SingleSendsOptions { List = kind == CampaignKind.SingleSend ? [new() { Id = "a" }] : [] },
        };
        var file = Path.Combine(StorePath, $"{Guid.NewGuid():N}.db");
        using (var database = HistoryDatabase.Open(file))
        {
            foreach (var walk in walks)
            {
                var snapshot = new AccountSnapshot { Identity = account.Identity, Campaigns = [walk.Of(kind)] };
                database.Save(new Snapshot { MaxAge = MaxAge, Accounts = [snapshot] }, walk.At);
            }
        }

        var options = new ExporterOptions
        {
            Accounts = [account],
            Links = new LinksOptions { MaxPerCampaign = mostLinks },
        };
        var gaps = new BackfillGaps();
        using var store = HistoryReader.OpenAtRest(file);
        var series = StoreBackfillSource.Read(store, options, Request(leavesOut), gaps);

        if (gaps.Lines.SingleOrDefault() is not { } line)
        {
            Assert.NotEmpty(series);
            return "written";
        }

        Assert.Empty(series);
        return line.Split(':')[0];
    }

    private static BackfillRequest Request(bool leavesOut) =>
        new(
            BackfillOrigin.Store,
            DateOnly.FromDateTime(Begin.AddHours(FirstHour).UtcDateTime),
            Until,
            DateOnly.FromDateTime(Until.UtcDateTime),
            TimeSpan.FromMinutes(5),
            [],
            [],
            Output: null,
            StoragePath: ""
        )
        {
            LeavesOutTheLast = leavesOut,
        };

    private sealed record Sight(int Hour, int Links, bool HasStatistics = false)
    {
        public DateTimeOffset At => Begin.AddHours(Hour);

        public CampaignSnapshot Of(CampaignKind kind) =>
            Some.Automation("a") with
            {
                Kind = kind,
                Health = PollHealth.Untried.Succeeded(At, TimeSpan.Zero, pages: 1),
                Data = new CampaignData
                {
                    Links = LinkTable.Empty.ApplyWalk(
                        [.. Enumerable.Range(0, Links).Select(static place => Some.Link("step", $"{place}"))],
                        new LinksOptions(),
                        At
                    ),
                    Statistics = HasStatistics ? [new(new EmailKey("step"), [.. EmailStatistics.Names.Select(static _ => (long?)1)])] : [],
                },
            };
    }
}
