using CsCheck;
using Exporter.Web;

namespace Exporter.Tests.Web;

/// <summary>Which ranges a history can be asked for, and how many points that may be.</summary>
public sealed class HistoryRangeTests
{
    private const int Most = 1_000_000;

    [Theory]
    [InlineData(null, "0001-01-02T00:00:00Z", null)]
    [InlineData(null, "1969-12-31T23:59:59Z", null)]
    [InlineData("0001-01-01T00:00:00+14:00", null, null)]
    [InlineData("yesterday", null, null)]
    [InlineData("-1", null, null)]
    [InlineData("NaN", null, null)]
    [InlineData("-Infinity", null, null)]
    [InlineData("-∞", null, null)]
    [InlineData("1e99", null, null)]
    [InlineData(null, "253402300800", null)]
    [InlineData(null, "99999999999999999999999999", null)]
    [InlineData(null, "10000-01-01T00:00:00Z", null)]
    [InlineData("2026-01-02T00:00:00Z", "2026-01-01T00:00:00Z", null)]
    [InlineData(null, null, "0")]
    [InlineData(null, null, "-5m")]
    [InlineData(null, null, "0s")]
    [InlineData(null, null, "0.5")]
    [InlineData(null, null, "NaN")]
    [InlineData(null, null, "Infinity")]
    [InlineData(null, null, "soon")]
    [InlineData(null, null, "m")]
    [InlineData(null, null, "5m30s")]
    [InlineData("1,2", null, null)]
    public void A_range_that_makes_no_sense_is_told(string? from, string? to, string? step) =>
        Assert.NotNull(HistoryRange.FindProblem(from, to, step, Some.Noon, out _));

    [Theory]
    [InlineData(null, null, null)]
    [InlineData("0", null, null)]
    [InlineData("1767268800", "1767268800", null)]
    [InlineData("2025-12-01T00:00:00Z", "2025-12-02T00:00:00+02:00", "5m")]
    [InlineData(null, "9999-12-31T23:59:59Z", "3650d")]
    [InlineData(null, "100", "99999999999999999999d")]
    [InlineData("1767268700.5", null, "1.5")]
    public void A_range_that_makes_sense_is_taken(string? from, string? to, string? step) =>
        Assert.Null(HistoryRange.FindProblem(from, to, step, Some.Noon, out _));

    [Fact]
    public void Without_a_step_there_are_as_many_points_as_a_screen_shows_of_what_was_seen()
    {
        Assert.Null(HistoryRange.FindProblem("0", "9999-01-01T00:00:00Z", step: null, Some.Noon, out var range));

        var seen = range!.StartingAt(Some.Noon.AddDays(-10));

        Assert.Equal((Some.Noon.AddDays(-10), TimeSpan.FromDays(10) / 1000), (seen.From, seen.Step));
    }

    [Fact]
    public void A_step_that_is_too_fine_is_refused_with_the_one_that_is_not()
    {
        Assert.Null(HistoryRange.FindProblem("0", to: null, "1s", Some.Noon, out var range));

        Assert.Contains("Ask for a step of", range!.StartingAt(Some.Noon.AddDays(-60)).FindProblem(2_000, Most), StringComparison.Ordinal);
        Assert.Null(range.StartingAt(Some.Noon.AddMinutes(-1)).FindProblem(2_000, Most));
    }

    /// <summary>Whatever is asked for: a reason, or a range of which no more rows can come than are allowed.</summary>
    [Fact]
    public void Whatever_is_asked_for_the_rows_are_bounded()
    {
        var words = Gen.OneOf(
            Gen.Const((string?)null),
            Gen.String.Select(static text => (string?)text),
            Gen.Int.Select(static number => (string?)$"{number}"),
            Gen.Double.Select(static number => (string?)$"{number}"),
            Gen.DateTimeOffset.Select(static at => (string?)at.ToString("O")),
            Gen.Select(Gen.Int[0, int.MaxValue], Gen.Char["smhdx"], (number, unit) => (string?)$"{number}{unit}")
        );
        Gen.Select(words, words, words, Gen.Long[0, Most / 4], Gen.DateTimeOffset)
            .Sample(
                (from, to, step, links, firstSeen) =>
                {
                    if (
                        HistoryRange.FindProblem(from, to, step, Some.Noon, out var range) is not null
                        || range!.StartingAt(firstSeen) is not { } seen
                        || seen.FindProblem(links, Most) is not null
                    )
                    {
                        return true;
                    }

                    var last = seen.Thin(links, Most);
                    var until = last.To < Some.Noon ? last.To : Some.Noon;
                    return last.Step > TimeSpan.Zero
                        && last.From <= last.To
                        && links * (Math.Ceiling((until - last.From) / last.Step) + 1) <= Most;
                }
            );
    }
}
