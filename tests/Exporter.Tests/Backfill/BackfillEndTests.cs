using System.CommandLine;
using System.Globalization;
using CsCheck;
using Exporter.Backfill;
using Exporter.Cli;
using Exporter.SendGrid.Wire;

namespace Exporter.Tests.Backfill;

/// <summary>
/// Prometheus loses what it has in memory to a block that reaches into it, and a day that goes on was told otherwise by each run.
/// </summary>
public sealed class BackfillEndTests
{
    private static readonly DateTimeOffset Begin = new(2026, 1, 10, 0, 0, 0, TimeSpan.Zero);

    private static readonly Gen<DateTimeOffset> Moment = Gen.Int[0, 5 * 86_400].Select(static seconds => Begin.AddSeconds(seconds));

    /// <summary>What an email gets, and when.</summary>
    private static readonly Gen<(DateTimeOffset At, int Count)[]> Events = Gen.Select(
        Gen.Int[-3 * 86_400, 5 * 86_400].Select(static seconds => Begin.AddSeconds(seconds)),
        Gen.Int[1, 1000]
    ).Array[0, 30];

    [Fact]
    public void No_past_reaches_into_the_memory_of_a_Prometheus_however_late_it_makes_its_blocks() =>
        Gen.Select(Moment, Gen.Int[0, 60])
            .Sample(
                (now, late) =>
                {
                    // Its memory begins at a multiple of two hours; that it reaches back three hours is noticed some time later.
                    var begin = now.UtcTicks - (now.UtcTicks % TimeSpan.TicksPerHour);
                    var oldest = now.AddHours(-3).AddMinutes(-late);
                    var head = Enumerable
                        .Range(0, 8)
                        .Select(hours => new DateTimeOffset(begin, TimeSpan.Zero).AddHours(-hours))
                        .Where(at => at >= oldest && at.Hour % 2 == 0);
                    foreach (var source in (BackfillOrigin[])[BackfillOrigin.SendGrid, BackfillOrigin.Store])
                    {
                        var request = Request(source, now);

                        Assert.True(request.Until < now.AddHours(-3), $"{source} {now:O}: {request.Until:O}");
                        Assert.All(head, at => Assert.True(request.Until < at, $"{source} {now:O} {at:O}: {request.Until:O}"));
                    }
                }
            );

    /// <summary>
    /// In the first hours of a day <c>--to</c> of that day left out the day before, which <c>--to</c> of the day before wrote; and what
    /// could be imported at once was told to wait for hours, in each run anew.
    /// </summary>
    [Fact]
    public void A_later_last_day_never_writes_less_and_only_what_is_too_new_is_told_to_wait() =>
        Gen.Select(Moment, Gen.Int[-4, 4], Gen.Int[0, 4])
            .Sample(
                (now, to, more) =>
                {
                    foreach (var source in (BackfillOrigin[])[BackfillOrigin.SendGrid, BackfillOrigin.Store])
                    {
                        var request = Until(to);
                        Assert.True(request <= Until(to + more), $"{source} {now:O}: {to}, {more}");
                        Assert.True(to < 0 || Until(day: null) <= request, $"{source} {now:O}: {to}");
                        Assert.Equal(request > BackfillEnd.LatestImportable(now), HasToWait(to));
                        Assert.False(HasToWait(day: null));

                        DateTimeOffset Until(int? day) => Request(source, now, To(day)).Until;

                        bool HasToWait(int? day)
                        {
                            var (flags, parsed) = Parsed(source, To(day));
                            var note = flags.NoteOf(parsed, flags.RequestOf(parsed, "", now), now);
                            return note?.StartsWith("Import these samples after ", StringComparison.Ordinal) is true;
                        }
                    }

                    string To(int? day) => day is { } days ? $"--to={now.AddDays(days):yyyy-MM-dd}" : "";
                }
            );

    [Fact]
    public void A_past_day_is_written_to_its_end_and_no_earlier()
    {
        var now = Begin.AddDays(3).AddHours(5);
        foreach (var source in Enum.GetValues<BackfillOrigin>())
        {
            Assert.Equal(Begin.AddDays(2), Request(source, now, "--to=2026-01-11").Until);
        }

        Assert.Equal(Begin.AddDays(3), Request(BackfillOrigin.SendGrid, now, "").Until);
        Assert.Equal(Begin.AddDays(3).AddHours(2).AddMilliseconds(-1), Request(BackfillOrigin.Store, now, "").Until);
        Assert.Equal(now, Request(BackfillOrigin.World, now, "").Until);

        // The memory may begin at this midnight, so without --to the past ends a day earlier.
        Assert.Equal(Begin.AddDays(2), Request(BackfillOrigin.SendGrid, now.AddSeconds(-1), "").Until);
    }

    /// <summary>A day that somebody names is written, also in the first hours of the next one; only the import has to wait.</summary>
    [Fact]
    public void A_day_that_has_ended_is_written_whole_when_it_is_named_and_says_when_it_may_be_imported() =>
        Gen.Select(Moment, Gen.Int[1, 3])
            .Sample(
                (now, before) =>
                {
                    foreach (var source in (BackfillOrigin[])[BackfillOrigin.SendGrid, BackfillOrigin.Store])
                    {
                        var (flags, parsed) = Parsed(source, $"--to={now.AddDays(-before):yyyy-MM-dd}");
                        var request = flags.RequestOf(parsed, "", now);
                        var (ended, importable) = (Midnight(now).AddDays(1 - before), request.Until <= BackfillEnd.LatestImportable(now));

                        Assert.Equal(ended, request.Until);
                        Assert.Equal(importable, flags.NoteOf(parsed, request, now) is null);
                        Assert.Equal(importable, BackfillEnd.ImportableFrom(request.Until) <= now);
                    }
                }
            );

    /// <summary>Run at noon and on the day after, the numbers of the first day were spread over half of it, then over all of it.</summary>
    [Fact]
    public void Two_runs_at_any_two_moments_agree_on_every_sample_that_both_have() =>
        Gen.Select(Events, Moment, Moment, Gen.Int[-2, 4], Gen.Int[-2, 5])
            .Sample(
                (events, one, other, from, to) =>
                {
                    var first = Samples(events, Request(BackfillOrigin.SendGrid, one, "--from=2026-01-08"), one);
                    var second = Samples(
                        events,
                        Request(
                            BackfillOrigin.SendGrid,
                            other,
                            $"--from={Begin.AddDays(from):yyyy-MM-dd}",
                            $"--to={Begin.AddDays(to):yyyy-MM-dd}"
                        ),
                        other
                    );

                    Assert.All(
                        second.Where(sample => first.ContainsKey(sample.Key)),
                        sample => Assert.Equal((sample.Key, first[sample.Key]), (sample.Key, sample.Value))
                    );

                    // Nor do both together fall where neither does.
                    var both = first.Concat(second).DistinctBy(static sample => sample.Key).OrderBy(static sample => sample.Key).ToList();
                    Assert.Equal(both.Select(static sample => sample.Value).Order(), both.Select(static sample => sample.Value));
                }
            );

    private static BackfillRequest Request(BackfillOrigin source, DateTimeOffset now, params string[] arguments)
    {
        var (flags, parsed) = Parsed(source, arguments);
        return flags.RequestOf(parsed, "", now);
    }

    private static (BackfillFlags Flags, ParseResult Parsed) Parsed(BackfillOrigin source, params string[] arguments)
    {
        var flags = new BackfillFlags();
        string[] given = [$"--source={source.ToString().ToLowerInvariant()}", .. arguments.Where(static argument => argument.Length > 0)];
        return (flags, new Command("backfill") { flags.Source, flags.From, flags.To }.Parse(given));
    }

    private static DateTimeOffset Midnight(DateTimeOffset at) => new(at.Date, TimeSpan.Zero);

    /// <summary>What a run writes whose questions are answered at one moment.</summary>
    private static Dictionary<DateTimeOffset, long> Samples(
        (DateTimeOffset At, int Count)[] events,
        BackfillRequest request,
        DateTimeOffset now
    )
    {
        if (request.Last < request.First)
        {
            return [];
        }

        var known = events.Where(each => each.At <= now).ToList();
        var days = known.GroupBy(static each => DateOnly.FromDateTime(each.At.UtcDateTime)).Where(day => day.Key >= request.First);
        var found = new StepDays(
            [Row("total", 50_000 + known.Sum(static each => each.Count))],
            [
                .. days.Select(static day =>
                    Row(day.Key.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), day.Sum(static each => each.Count))
                ),
            ],
            request.Today
        );
        var told = Assert.Single(StepHistory.Past(found, request.First, request.Last).Totals);
        return BackfillSamples
            .Spread([.. told.Ends.Select(static end => (end.At, end.Total))], request.Every * 12)
            .ToDictionary(static sample => sample.At, static sample => sample.Value);
    }

    private static StatsRow Row(string aggregation, long delivered) =>
        new()
        {
            StepId = "s",
            Aggregation = aggregation,
            Stats = new Statistics { Delivered = delivered },
        };
}
