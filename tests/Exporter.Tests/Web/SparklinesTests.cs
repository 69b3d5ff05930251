using Exporter.History;
using Exporter.Web.Pages;

namespace Exporter.Tests.Web;

public sealed class SparklinesTests
{
    [Theory]
    [InlineData(1, 48)]
    [InlineData(5, 24)]
    [InlineData(10, 12)]
    [InlineData(30, 12)]
    public void No_stretch_is_finer_than_the_observations_as_long_as_a_picture_is_left(int minutesBetween, int points)
    {
        var walks = Enumerable.Range(0, 120 / minutesBetween).Select(i => (Some.Noon.AddMinutes((i * minutesBetween) - 120), i * 10L));

        var pictures = Draw(("a", Some.Noon.AddHours(-2), Some.Noon, [.. walks]));

        Assert.Equal(points, pictures.Gains["a"].Length);
    }

    [Fact]
    public void A_quiet_total_makes_no_picture_of_a_day_coarser()
    {
        var walks = Enumerable.Range(0, 4).Select(i => (Some.Noon.AddHours((6 * i) - 24), i * 10L));

        var pictures = Draw(("a", Some.Noon.AddDays(-9), Some.Noon, [.. walks]));

        Assert.Equal(48, pictures.Gains["a"].Length);
    }

    /// <summary>Side by side, so that a look compares them.</summary>
    [Fact]
    public void All_pictures_show_the_time_since_the_first_of_all_was_seen_and_the_stretches_of_the_steadiest()
    {
        var steady = Enumerable.Range(0, 24).Select(i => (Some.Noon.AddMinutes((5 * i) - 120), i * 10L));

        var pictures = Draw(
            ("steady", Some.Noon.AddHours(-1), Some.Noon, [.. steady]),
            ("quiet", Some.Noon.AddHours(-2), Some.Noon, [(Some.Noon.AddHours(-2), 1), (Some.Noon.AddMinutes(-9), 2)])
        );

        Assert.Equal((TimeSpan.FromHours(2), Some.Noon), (pictures.Span, pictures.End));
        Assert.Equal((24, 24), (pictures.Gains["steady"].Length, pictures.Gains["quiet"].Length));
    }

    [Theory]
    [InlineData(-1, 10)]
    [InlineData(3, 10)]
    [InlineData(11, 11)]
    [InlineData(24 * 60, 24 * 60)]
    [InlineData(90 * 24 * 60, 24 * 60)]
    public void A_picture_shows_ten_minutes_at_least_and_a_day_at_most(int minutesAgo, int minutes) =>
        Assert.Equal(TimeSpan.FromMinutes(minutes), Draw(("a", Some.Noon.AddMinutes(-minutesAgo), Some.Noon, [])).Span);

    /// <summary>The stretch in which a walk is still to come would look like a drop.</summary>
    [Fact]
    public void The_last_stretch_ends_with_the_last_walk_and_after_it_nothing_is_known()
    {
        // Ten clicks each ten minutes: thirty in each half hour, wherever it begins.
        (DateTimeOffset, long)[] walks =
        [
            .. Enumerable.Range(0, 9 * 144).Select(i => (Some.Noon.AddMinutes(10 * (i - (9 * 144) + 1)), 10L * i)),
        ];

        (DateTimeOffset, long)[] Until(int minutes) => [.. walks.Where(walk => walk.Item1 <= Some.Noon.AddMinutes(-minutes))];
        var pictures = Draw(
            ("now", Some.Noon.AddDays(-9), Some.Noon, walks),
            ("unknown", Some.Noon.AddDays(-9), null, walks),
            ("ahead", Some.Noon.AddDays(-9), Some.Noon.AddHours(1), walks),
            ("lately", Some.Noon.AddDays(-9), Some.Noon.AddMinutes(-20), Until(20)),
            ("before", Some.Noon.AddDays(-9), Some.Noon.AddMinutes(-80), Until(80))
        );

        Assert.All(
            (string[])["now", "unknown", "ahead", "lately"],
            key => Assert.Equal(Enumerable.Repeat<long?>(30, 48), pictures.Gains[key])
        );
        Assert.Equal([.. Enumerable.Repeat<long?>(30, 46), null, null], pictures.Gains["before"]);
    }

    [Fact]
    public void The_store_is_read_from_a_stretch_earlier_and_no_finer_than_is_drawn()
    {
        var read = new List<(string, DateTimeOffset, DateTimeOffset, TimeSpan)>();

        _ = Sparklines.Of(
            [
                ("a", Series("a", Some.Noon.AddDays(-2)), Some.Noon),
                ("b", Series("b", Some.Noon), null),
                ("a", Series("c", Some.Noon), null),
            ],
            (series, from, to, every) =>
            {
                read.Add((series.Key.First, from, to, every));
                return [];
            },
            Some.Noon,
            TimeSpan.FromHours(1)
        );

        var (begin, half) = (Some.Noon.AddHours(-24.5), TimeSpan.FromMinutes(30));
        Assert.Equal([("a", begin, Some.Noon, half), ("b", begin, Some.Noon, half)], read);
    }

    [Fact]
    public void Where_there_is_nothing_to_draw_nothing_is_drawn() => Assert.Empty(Draw().Gains);

    private static Pictures<string> Draw(
        params (string Key, DateTimeOffset FirstSeen, DateTimeOffset? Known, (DateTimeOffset At, long Value)[] Changes)[] totals
    ) =>
        Sparklines.Of(
            totals.Select(static total => (total.Key, Series(total.Key, total.FirstSeen), total.Known)),
            (series, from, _, _) =>
                [
                    .. totals
                        .Single(total => total.Key == series.Key.First)
                        .Changes.Where(change => change.At >= from)
                        .Select(static change => new Observation(change.At, change.Value)),
                ],
            Some.Noon,
            TimeSpan.FromHours(1)
        );

    private static StoredSeries Series(string key, DateTimeOffset firstSeen) =>
        new(1, new SeriesKey(SeriesKey.LinkClicks, key, "", ""), firstSeen);
}
