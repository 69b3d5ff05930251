using Exporter.History;
using Exporter.Web.Pages;

namespace Exporter.Tests.Web;

public sealed class PicturesTests
{
    [Fact]
    public void A_picture_shows_a_day_or_as_much_of_it_as_was_seen()
    {
        var hour = Picture(Some.Noon.AddHours(-1), (Some.Noon.AddHours(-1), 5), (Some.Noon.AddMinutes(-1), 9));
        var day = Picture(Some.Noon.AddDays(-9), (Some.Noon.AddDays(-2), 5), (Some.Noon.AddMinutes(-1), 9));

        Assert.Equal(("New clicks, 60 min", 4L), (hour.Title, hour.Gains["a"].Sum()));
        Assert.Equal(("New clicks, 24 h", 4L), (day.Title, day.Gains["a"].Sum()));
        Assert.Contains("<path class=\"line\" d=\"M0 29L1 29", day.Small("a").ToString(), StringComparison.Ordinal);
        Assert.Contains(
            "L45 29L46 1L47 1\"/></svg><small class=\"scale\">up to 2 in 30 min</small>",
            day.Small("a").ToString(),
            StringComparison.Ordinal
        );
        Assert.Equal("", day.Small("b").ToString());
    }

    [Fact]
    public void A_picture_marks_the_time_since_a_drop_and_says_one_click_in_the_singular()
    {
        var day = Picture(Some.Noon.AddDays(-9), (Some.Noon.AddDays(-2), 5), (Some.Noon.AddMinutes(-1), 6));

        Assert.Contains(
            "<rect class=\"drop\" x=\"35.3\" y=\"0\" width=\"11.8\" height=\"30\"/>",
            day.Small("a", Some.Noon.AddHours(-6)).ToString(),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "<rect class=\"drop\" x=\"45.5\" y=\"0\" width=\"1.5\"",
            day.Small("a", Some.Noon.AddMinutes(-12)).ToString(),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "<rect class=\"drop\" x=\"0\" y=\"0\" width=\"47\"",
            day.Small("a", Some.Noon.AddDays(-2)).ToString(),
            StringComparison.Ordinal
        );
        Assert.DoesNotContain("rect", day.Small("a").ToString(), StringComparison.Ordinal);
        Assert.Contains("<title>1 new click in 24 h</title>", day.Small("a").ToString(), StringComparison.Ordinal);
    }

    private static Pictures<string> Picture(DateTimeOffset firstSeen, params (DateTimeOffset At, long Value)[] changes) =>
        Sparklines.Of(
            [("a", new StoredSeries(1, new SeriesKey(SeriesKey.LinkClicks, "", "", ""), firstSeen), (DateTimeOffset?)Some.Noon)],
            (_, _, _, _) => [.. changes.Select(change => new Observation(change.At, change.Value))],
            Some.Noon,
            TimeSpan.FromHours(1)
        );
}
