using CsCheck;
using Exporter.History;
using Exporter.Tests.Weather;
using Microsoft.Data.Sqlite;

namespace Exporter.Tests.History;

/// <summary>
/// A machine's clock that is set, in either direction, before, between and during saves and prunes: the store stays within its size, loses
/// no history that is young, and keeps none for good.
/// </summary>
public sealed class WrongClockTests : IDisposable
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>The way from a walk to the disk is no sign of a wrong clock.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(1);

    private static readonly Gen<TimeSpan> GenWrong = Gen.OneOf(
        Gen.Const(TimeSpan.Zero),
        Gen.Const(TimeSpan.Zero),
        Gen.Int[-300, 300].Select(static seconds => Day * seconds / 86_400),
        Gen.Int[-200, 200].Select(static days => Day * days),
        Gen.Int[-20, 20].Select(static years => Day * years * 366)
    );

    private static readonly Gen<List<(char What, TimeSpan Span)>> GenEvents = Gen.OneOf(
        Gen.Select(Gen.Const('s'), Gen.Int[1, 12].Select(static hours => Day * hours / 24)),
        Gen.Select(Gen.Const('s'), Gen.Int[1, 12].Select(static hours => Day * hours / 24)),
        Gen.Select(Gen.Const('p'), Gen.Int[0, 600].Select(static seconds => Day * seconds / 86_400)),
        Gen.Select(Gen.Const('r'), Gen.Int[0, 30].Select(static hours => Day * hours / 24)),
        Gen.Select(Gen.Const('w'), GenWrong)
    ).List[5, 40];

    /// <summary>Of twenty links: a little more than 300 KiB.</summary>
    private const int Saves = 1_000;

    private readonly string _path = Directory.CreateTempSubdirectory("sendgrid-exporter-").FullName;

    public void Dispose() => Directory.Delete(_path, recursive: true);

    [Fact]
    public void Whatever_the_clock_does_no_change_goes_that_is_young_and_none_that_is_old_stays_for_good() =>
        Gen.Select(GenWrong, GenEvents)
            .Sample(
                (wrong, events) =>
                {
                    using var run = new Run(Path.Combine(_path, Guid.NewGuid().ToString()), new HistoryOptions { Retention = 3 * Day });
                    run.SetWrong(wrong);
                    foreach (var (what, span) in events)
                    {
                        run.Do(what, span);
                        run.AssertKeptWhatIsYoung();
                    }

                    // The clock is right from now on.
                    run.SetWrong(TimeSpan.Zero);
                    var end = run.Now + run.Uncertain + (8 * Day);
                    while (run.Now < end)
                    {
                        run.Do('s', TimeSpan.FromHours(12));
                        run.Do('p', TimeSpan.Zero);
                        run.AssertKeptWhatIsYoung();
                    }

                    run.AssertDroppedWhatIsOld();
                },
                iter: 20,
                threads: 1,
                print: each => $"{each.Item1}: {string.Join(' ', each.Item2)}"
            );

    [Fact]
    public void Whatever_the_clock_does_the_store_stays_within_its_size() =>
        Gen.Select(GenWrong, GenEvents)
            .Sample(
                (wrong, events) =>
                {
                    using var run = new Run(
                        Path.Combine(_path, Guid.NewGuid().ToString()),
                        new HistoryOptions { Retention = 3 * Day, MaxSize = 300 << 10 },
                        links: 200
                    );
                    run.SetWrong(wrong);
                    foreach (var (what, span) in events)
                    {
                        run.Do(what, span);
                        run.Do('p', TimeSpan.Zero);
                        run.AssertIsSmall();
                    }
                },
                iter: 5,
                threads: 1
            );

    /// <summary>The clock of the store was behind by so much when it was saved or pruned: s33a/f1.</summary>
    [Theory]
    [InlineData(-60)]
    [InlineData(-366 * 86_400)]
    [InlineData(366 * 86_400)]
    public void A_clock_that_is_wrong_while_a_store_is_pruned_for_its_size_costs_a_little_of_its_oldest(long wrong)
    {
        using var run = new Run(_path, new HistoryOptions { MaxSize = 300 << 10 }, links: 20);
        for (var hour = 0; hour < Saves; hour++)
        {
            run.Do('s', TimeSpan.FromHours(1));
        }

        run.SetWrong(TimeSpan.FromSeconds(wrong));
        run.Do('s', TimeSpan.FromSeconds(1));
        run.Do('p', TimeSpan.FromSeconds(1));
        run.AssertIsSmall();
        run.SetWrong(TimeSpan.Zero);
        run.Do('p', TimeSpan.FromSeconds(1));

        run.AssertIsSmall();
        Assert.InRange(run.Kept().Length, Saves / 4, Saves * 9 / 10);
        Assert.Contains(Saves, run.Kept());
    }

    /// <summary>Nobody sees them, and else they would be the last to go.</summary>
    [Fact]
    public void Of_a_store_that_is_too_big_the_changes_from_a_far_future_go_first()
    {
        using var run = new Run(_path, new HistoryOptions { MaxSize = 300 << 10 }, links: 20);
        run.Do('s', TimeSpan.FromHours(1));
        run.SetWrong(3650 * Day);
        for (var hour = 0; hour < 5; hour++)
        {
            run.Do('s', TimeSpan.FromHours(1));
        }

        run.SetWrong(TimeSpan.Zero);
        for (var hour = 0; hour < Saves; hour++)
        {
            run.Do('s', TimeSpan.FromHours(1));
        }

        run.Do('p', TimeSpan.Zero);

        run.AssertIsSmall();
        Assert.DoesNotContain(run.Kept(), value => value is > 1 and <= 6);
        Assert.InRange(run.Kept().Length, Saves / 4, Saves * 9 / 10);
    }

    /// <summary>One store with one automation, every link of which has the number of the save as its clicks.</summary>
    private sealed class Run : IDisposable
    {
        private static readonly DateTimeOffset Start = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);

        private readonly TwoClocks _time = new() { Wall = Start };
        private readonly string _path;
        private readonly HistoryOptions _options;
        private readonly int _links;
        private readonly LogLines _lines = new();
        private readonly HistoryLog _log;
        private readonly Dictionary<long, (DateTimeOffset At, TimeSpan Wrong, TimeSpan Uncertain, TimeSpan Ran)> _saved = [];
        private HistoryStore _store;
        private TimeSpan _wrong;
        private bool _wasWrongFirst;
        private TimeSpan _ran;

        public Run(string path, HistoryOptions options, int links = 1)
        {
            (_path, _options, _links) = (path, options, links);
            _log = new HistoryLog(_lines.CreateLogger("history"));
            _store = Open();
        }

        /// <summary>The true time.</summary>
        public DateTimeOffset Now { get; private set; } = Start;

        /// <summary>How long the clock was wrong or the program did not run.</summary>
        public TimeSpan Uncertain { get; private set; }

        public void Do(char what, TimeSpan span)
        {
            switch (what)
            {
                case 'w':
                    SetWrong(span);
                    break;
                case 'r':
                    _store.Dispose();
                    Pass(span, isRunning: false);
                    _store = Open();
                    break;
                case 's':
                    Pass(span);
                    _saved[_saved.Count + 1] = (Now, _wrong, Uncertain, _ran);
                    _store.Save(
                        StoreTools.Of(StoreTools.Campaign("a", _time.Wall, [.. Enumerable.Repeat((long)_saved.Count, _links)])),
                        _options
                    );
                    break;
                default:
                    Pass(span);
                    var pruning = _store.Prune(_options, isFull: false);
                    while (_store.Step(pruning)) { }

                    break;
            }
        }

        public void SetWrong(TimeSpan by)
        {
            (_wrong, _time.Wall) = (by, Now + by);
            _wasWrongFirst |= _saved.Count == 0 && by != TimeSpan.Zero;
        }

        /// <summary>The saves of which the store holds a change of some link.</summary>
        public long[] Kept()
        {
            using var connection = SqliteShorthand.Open(Path.Combine(_path, "history.db"), SqliteOpenMode.ReadOnly);
            using var select = connection.Prepare(
                "SELECT DISTINCT value FROM change JOIN series ON series.id = series WHERE what = 'link_clicks' AND value IS NOT NULL "
                    + "ORDER BY value",
                transaction: null
            );
            using var rows = select.ExecuteReader();
            var values = new List<long>();
            while (rows.Read())
            {
                values.Add(rows.GetInt64(0));
            }

            return [.. values];
        }

        /// <summary>
        /// While the store's clock catches up with the machine's, changes age up to twice as fast. How much it has to catch up is the time
        /// for which the clock was wrong, unless it was behind from the start.
        /// </summary>
        public void AssertKeptWhatIsYoung()
        {
            var kept = Kept().ToHashSet();
            foreach (var (number, (at, _, _, ran)) in _saved.Where(saved => !kept.Contains(saved.Key)))
            {
                var age = Now - at + Uncertain;
                Assert.True(
                    (_wasWrongFirst || age + Tolerance >= _options.Retention) && (2 * (_ran - ran)) + Tolerance >= _options.Retention,
                    $"change {number} of {Now - at} ago is gone, while {_ran - ran} ran and {Uncertain} was uncertain"
                );
            }
        }

        /// <summary>
        /// All but the last of them, which is the value from there on. If the first clock of all was wrong, the store knows no better about
        /// the changes of that time.
        /// </summary>
        public void AssertDroppedWhatIsOld()
        {
            var old = Kept()
                .Where(number => Now - _saved[number].At > _options.Retention + Tolerance)
                .Where(number => !_wasWrongFirst || _saved[number].Wrong == TimeSpan.Zero)
                .ToList();
            Assert.True(old.Count <= 1, $"{string.Join(' ', old)} are still there of {_saved.Count}");
        }

        public void AssertIsSmall() =>
            Assert.True(!_store.IsTooBig(_options), $"{_store.Database!.Size} bytes of {_options.MaxSize}, {Kept().Length} saves");

        public void Dispose()
        {
            _store.Dispose();
            _lines.Dispose();
        }

        private HistoryStore Open()
        {
            Directory.CreateDirectory(_path);
            var store = new HistoryStore(_path, _time, _log);
            store.Open(_options);
            return store;
        }

        private void Pass(TimeSpan span, bool isRunning = true)
        {
            Now += span;
            _time.Pass(span);
            _ran += isRunning ? span : TimeSpan.Zero;
            Uncertain += isRunning && _wrong == TimeSpan.Zero ? TimeSpan.Zero : span;
        }
    }
}
