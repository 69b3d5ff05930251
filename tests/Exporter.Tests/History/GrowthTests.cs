using System.Diagnostics;
using System.Globalization;
using Exporter.History;
using Exporter.Snapshots;

namespace Exporter.Tests.History;

/// <summary>
/// How a store grows and what writing costs, in small. SENDGRID_EXPORTER_GROWTH="links days retention-days minutes-between-polls" measures
/// it in large; the figures are in src/Exporter/History/README.md.
/// </summary>
public sealed class GrowthTests : IDisposable
{
    private const int LinksPerStep = 5,
        StepsPerAutomation = 40;

    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly AccountIdentity Main = new("https://api.sendgrid.com", "main", "");

    private readonly string _path = Directory.CreateTempSubdirectory("sendgrid-exporter-").FullName;
    private readonly Random _random = new(1);

    public void Dispose() => Directory.Delete(_path, recursive: true);

    [Fact]
    public void A_store_grows_by_few_bytes_for_each_change_and_no_longer_after_its_retention()
    {
        var asked = (Environment.GetEnvironmentVariable("SENDGRID_EXPORTER_GROWTH") ?? "200 2 1 10")
            .Split(' ')
            .Select(text => int.Parse(text, CultureInfo.InvariantCulture))
            .ToList();
        var (links, days, options) = (asked[0], asked[1], new HistoryOptions { Retention = TimeSpan.FromDays(asked[2]) });
        var automations = Enumerable
            .Range(0, links / LinksPerStep / StepsPerAutomation)
            .Select(_ => new Automation(TimeSpan.FromMinutes(asked[3]), _random))
            .ToList();
        var (file, savesPerCycle) = (Path.Combine(_path, "history.db"), Math.Min(5, automations.Count));
        using var database = HistoryDatabase.Open(file);
        var (saving, pruning, worstSave, worstPrune, saves) = (TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero, 0);
        var sizes = new List<long>();
        for (var (cycle, at) = (0, Start); at < Start.AddDays(days); at += TimeSpan.FromMinutes(asked[3]), cycle++)
        {
            for (var save = 0; save < savesPerCycle; save++)
            {
                for (var i = save; i < automations.Count; i += savesPerCycle)
                {
                    automations[i].Poll(at, _random);
                }

                var snapshot = new Snapshot
                {
                    Accounts =
                    [
                        new AccountSnapshot
                        {
                            Identity = Main,
                            Name = "main",
                            Campaigns = [.. automations.Select(automation => automation.Snapshot).OfType<CampaignSnapshot>()],
                        },
                    ],
                };
                Measure(() => database.Save(snapshot, at), ref saving, ref worstSave);
                saves++;
            }

            if (at.Minute == 0)
            {
                Measure(() => database.PruneAll(options, at), ref pruning, ref worstPrune);
            }

            if (at is { Hour: 0, Minute: 0 })
            {
                sizes.Add(database.UsedBytes);
                TestContext.Current.SendDiagnosticMessage(
                    $"day {sizes.Count - 1}: {sizes[^1] / 1e6:0.0} MB, {saving.TotalMilliseconds / saves:0.0} ms a save (at most "
                        + $"{worstSave.TotalMilliseconds:0}), {saving.TotalSeconds / cycle:0.00} s a cycle, "
                        + $"{pruning.TotalMilliseconds / Math.Max(1, cycle * asked[3] / 60):0} ms a pruning (at most "
                        + $"{worstPrune.TotalMilliseconds:0})"
                );
            }
        }

        var kept = Math.Min(days, asked[2]);
        var (changes, seconds) = (automations.Sum(automation => automation.Changes), Stopwatch.StartNew());
        var read = HistoryReader.Read(
            file,
            Main,
            CampaignKind.Automation,
            automations[0].Id,
            Start,
            Start.AddDays(days),
            SeriesKey.LinkClicks,
            TimeSpan.FromHours(12)
        );
        TestContext.Current.SendDiagnosticMessage(
            $"{links} links, {days} days: {changes} changes, {database.UsedBytes * (double)days / kept / changes:0.0} bytes each; one "
                + $"automation's {read.Count} links read in {seconds.ElapsedMilliseconds} ms"
        );

        // An automation's walk and the names of its series are there once; the rest are changes.
        var perChange = (database.UsedBytes - (automations.Count * 250_000d)) * days / kept / changes;
        Assert.InRange(perChange, 1, 30);
        Assert.True(database.UsedBytes < sizes[kept] * 1.3, $"{database.UsedBytes} bytes after {days} days, {sizes[kept]} after {kept}");
        Assert.Equal(StepsPerAutomation * LinksPerStep, read.Count);
    }

    private static void Measure(Action action, ref TimeSpan sum, ref TimeSpan worst)
    {
        var clock = Stopwatch.StartNew();
        action();
        sum += clock.Elapsed;
        worst = clock.Elapsed > worst ? clock.Elapsed : worst;
    }

    /// <summary>One email a step; from a few clicks a week to some hundred a day, more of them by day.</summary>
    private sealed class Automation(TimeSpan interval, Random random)
    {
        private readonly List<(EmailKey Email, double PerDay, double[] Clicks)> _steps =
        [
            .. Enumerable
                .Range(0, StepsPerAutomation)
                .Select(_ =>
                    (
                        new EmailKey(NewId(random)),
                        Math.Exp((random.NextDouble() * 5) + 1),
                        Enumerable.Range(0, LinksPerStep).Select(place => 0.1 / (place + 1)).ToArray()
                    )
                ),
        ];

        private readonly Dictionary<(EmailKey, int), long> _totals = [];
        private LinkTable _table = LinkTable.Empty;

        public string Id { get; } = NewId(random);

        public CampaignSnapshot? Snapshot { get; private set; }

        public long Changes { get; private set; }

        public void Poll(DateTimeOffset at, Random random)
        {
            var daylight = 1 - (0.9 * Math.Cos(2 * Math.PI * at.TimeOfDay.TotalDays));
            var rows = new List<ObservedLink>();
            var statistics = new List<EmailStatistics>();
            foreach (var (email, perDay, clicks) in _steps)
            {
                var sent = perDay * daylight * interval.TotalDays;
                var clicked = 0L;
                for (var place = 0; place < LinksPerStep; place++)
                {
                    var total = Grow((email, place), sent * clicks[place], random);
                    clicked += total;
                    rows.Add(
                        new ObservedLink(email, $"{place}", $"https://shop.example/offers/{email.StepOrVariation[..8]}/{place}", total)
                    );
                }

                var delivered = Grow((email, -1), sent, random);
                var opens = Grow((email, -2), sent * 0.6, random);
                var uniqueOpens = Grow((email, -3), sent * 0.4, random);
                statistics.Add(
                    new EmailStatistics(
                        email,
                        [
                            delivered,
                            delivered,
                            opens,
                            uniqueOpens,
                            clicked,
                            clicked * 8 / 10,
                            delivered / 90,
                            0,
                            0,
                            delivered / 4000,
                            0,
                            delivered / 300,
                        ]
                    )
                );
            }

            _table = _table.ApplyWalk(rows, new LinksOptions(), at);
            var data = new CampaignData
            {
                Links = _table,
                ReportedClicks = rows.Sum(row => row.Clicks),
                Statistics = [.. statistics],
            };
            var (before, after) = (Totals(Snapshot?.Data), Totals(data));
            // Between two polls that are further apart than max_age everything is gone, and then there again.
            Changes +=
                interval > new Snapshot().MaxAge
                    ? before.Count + after.Count
                    : after.Count(total => !before.TryGetValue(total.Key, out var known) || known != total.Value);
            Snapshot = new CampaignSnapshot
            {
                Kind = CampaignKind.Automation,
                Id = Id,
                Label = Id,
                Interval = interval,
                Health = PollHealth.Untried.Succeeded(at, TimeSpan.FromSeconds(1), 9),
                Data = data,
            };
        }

        private Dictionary<SeriesKey, long> Totals(CampaignData? data) =>
            data is null
                ? []
                : StoredWalkMapper.Totals(
                    StoredWalkMapper.ToStored(
                        new CampaignSnapshot
                        {
                            Kind = CampaignKind.Automation,
                            Id = Id,
                            Label = Id,
                            Interval = interval,
                        },
                        data
                    )
                );

        private long Grow((EmailKey, int) key, double mean, Random random)
        {
            var total = _totals.GetValueOrDefault(key);
            for (var (chance, none) = (random.NextDouble(), Math.Exp(-mean)); chance > none; chance *= random.NextDouble())
            {
                total++;
            }

            return _totals[key] = total;
        }

        private static string NewId(Random random)
        {
            var bytes = new byte[16];
            random.NextBytes(bytes);
            return new Guid(bytes).ToString();
        }
    }
}
