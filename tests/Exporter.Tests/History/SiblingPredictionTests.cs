using CsCheck;
using Exporter.History;
using Exporter.Snapshots;

namespace Exporter.Tests.History;

/// <summary>A link stands out when it gets far less than the other links of its email predict, and for no other reason.</summary>
public sealed class SiblingPredictionTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 10, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);

    /// <summary>Clicks at a moment, in hours since ten days before noon.</summary>
    private delegate double? Total(double hour);

    private const double Now = 240;

    [Theory]
    [InlineData(0.25, 400)]
    [InlineData(1, 50)]
    [InlineData(6, 10)]
    public void A_dead_link_is_named_with_what_its_siblings_predict(double hoursDead, double clicksPerHour)
    {
        var window = Named(Dead(clicksPerHour, Now - hoursDead), Steady(clicksPerHour), Steady(2 * clicksPerHour))["0"];

        Assert.Equal(0, window.Got);
        Assert.InRange(window.Expected, 0.7 * hoursDead * clicksPerHour, 1.2 * hoursDead * clicksPerHour);
        Assert.InRange(window.From, Noon.AddHours(-hoursDead) - Interval, Noon.AddHours(-hoursDead) + Interval);
    }

    [Fact]
    public void With_one_sibling_it_takes_no_longer_than_an_hour() => Assert.Equal(["0"], Named(Dead(50, Now - 1), Steady(60)).Keys);

    [Fact]
    public void A_link_that_still_gets_some_clicks_is_named_by_the_window_that_lacks_most()
    {
        var window = Named(hour => 60 * Math.Min(hour, Now - 5) + (6 * Math.Max(0, hour - (Now - 5))), Steady(80), Steady(50))["0"];

        Assert.Equal(TimeSpan.FromHours(6), window.Length);
        Assert.InRange(window.Got, 60, 120);
    }

    [Fact]
    public void Whatever_the_email_gets_links_that_share_it_as_ever_are_not_named() =>
        Gen.Select(Gen.Double[0.1, 500].Array[2, 8], Gen.Double[0, 0.9], Gen.Int[0, 23], Gen.Double[0, 6])
            .Sample(
                (rates, swing, peak, pause) => Named([.. rates.Select(rate => Swinging(rate, swing, peak, pause))]).Count == 0,
                iter: 100
            );

    [Fact]
    public void A_quiet_link_is_not_named() => Assert.Empty(Named(Dead(0.5, Now - 12), Steady(0.7), Steady(0.4)));

    [Fact]
    public void A_scanner_on_a_sibling_names_nobody() =>
        Gen.Select(Gen.Double[50, 5000], Gen.Double[0.02, 6], Gen.Int[1, 3])
            .Sample(
                (clicks, ago, siblings) =>
                    Named([
                        Steady(40),
                        .. Enumerable.Repeat(Steady(30), siblings - 1),
                        hour => (50 * hour) + Burst(hour, Now - ago, clicks),
                    ]).Count == 0,
                iter: 100
            );

    [Fact]
    public void A_scanner_on_the_link_itself_within_the_reference_makes_it_lack_nothing() =>
        Gen.Select(Gen.Double[50, 5000], Gen.Double[30, 190])
            .Sample(
                (clicks, ago) => Named(hour => (20 * hour) + Burst(hour, Now - ago, clicks), Steady(30), Steady(50)).Count == 0,
                iter: 100
            );

    [Fact]
    public void A_correction_names_nobody() =>
        Gen.Select(Gen.Double[0, 5000], Gen.Double[0, 30], Gen.Int[0, 2])
            .Sample(
                (clicks, ago, which) =>
                    Named([
                        .. Enumerable
                            .Range(0, 3)
                            .Select(i => (Total)(hour => (60 * hour) - (i == which && hour >= Now - ago ? clicks : 0))),
                    ]).Count == 0,
                iter: 100
            );

    [Fact]
    public void A_hole_in_the_polling_names_nobody() =>
        Gen.Select(Gen.Double[0, 30], Gen.Double[0.1, 20])
            .Sample(
                (ago, length) => Named([.. new[] { 40, 60, 90d }.Select(rate => Unseen(rate, Now - ago, length))]).Count == 0,
                iter: 100
            );

    [Fact]
    public void A_new_link_neither_is_named_nor_makes_the_others_lack_anything()
    {
        var compared = Compared(hour => hour < 200 ? null : (hour - 200) * 500, Steady(40), Steady(60));

        Assert.Equal(["1", "2"], compared.Select(link => link.Location));
        Assert.All(compared, static link => Assert.Null(link.Worst));
    }

    [Fact]
    public void A_link_alone_in_its_email_and_one_that_sums_others_cannot_be_compared()
    {
        var links = Courses(time => time.Moments, Steady(40), Dead(50, Now - 5)).ToList();

        Assert.Empty(SiblingPrediction.Compare([links[0]], Time, [], []));
        Assert.Empty(SiblingPrediction.Compare([links[0], links[1] with { Location = LinkTable.Overflow }], Time, [], []));
    }

    [Fact]
    public void Where_less_than_two_days_are_known_or_polls_are_rare_nothing_is_compared()
    {
        Assert.Null(ComparedTime.Find(Noon, Noon.AddHours(-47), Interval));
        Assert.Null(ComparedTime.Find(Noon, Noon.AddDays(-9), TimeSpan.FromHours(5)));
        Assert.Equal(TimeSpan.FromDays(1), ComparedTime.Find(Noon, Noon.AddHours(-48), Interval)!.ReferenceLength);
        Assert.Equal(
            [TimeSpan.FromHours(6), TimeSpan.FromDays(1)],
            ComparedTime.Find(Noon, Noon.AddDays(-9), TimeSpan.FromMinutes(15))!.Windows
        );
    }

    [Fact]
    public void The_bound_of_chance_is_never_below_the_chance() =>
        Gen.Select(Gen.Int[0, 60], Gen.Int[0, 200], Gen.Double[0.01, 0.99])
            .Sample(
                (got, siblings, share) =>
                {
                    var (all, term, chance) = (got + siblings, Math.Pow(1 - share, got + siblings), 0d);
                    for (var i = 0; i <= got; i++)
                    {
                        chance += term;
                        term *= (all - i) / (i + 1d) * (share / (1 - share));
                    }

                    return SiblingPrediction.LogChance(got, siblings, share) >= Math.Log(chance) - 1e-9;
                }
            );

    private static ComparedTime Time => ComparedTime.Find(Noon, Noon.AddDays(-10), Interval)!;

    private static Total Steady(double rate) => hour => rate * hour;

    private static Total Dead(double rate, double since) => hour => rate * Math.Min(hour, since);

    private static Total Swinging(double rate, double swing, int peak, double pause) =>
        hour =>
        {
            // No report for a while: then all of it at once.
            var counted = hour > Now - 8 && hour < Now - 8 + pause ? Now - 8 : hour;
            return rate * (counted + (swing * 24 / (2 * Math.PI) * Math.Sin(2 * Math.PI * (counted - peak) / 24)));
        };

    private static Total Unseen(double rate, double from, double length) =>
        hour => rate * (hour > from && hour < from + length ? from : hour);

    private static double Burst(double hour, double at, double clicks) => clicks * Math.Clamp((hour - at) * 4, 0, 1);

    private static Dictionary<string, ComparedWindow> Named(params Total[] links) =>
        Compared(links)
            .Where(static link => link.Worst is not null)
            .ToDictionary(static link => link.Location, static link => link.Worst!.Value, StringComparer.Ordinal);

    private static IReadOnlyList<LinkComparison> Compared(params Total[] links)
    {
        var courses = Courses(time => time.Moments, links).ToList();
        var silences = SiblingPrediction.Silences(courses, Time);
        return SiblingPrediction.Compare(courses, Time, silences, [.. Courses(time => SiblingPrediction.Moments(silences, time), links)]);
    }

    /// <summary>As walks every five minutes see it.</summary>
    private static IEnumerable<LinkCourse> Courses(Func<ComparedTime, IReadOnlyList<DateTimeOffset>> moments, params Total[] links) =>
        links.Select(
            (total, place) =>
                new LinkCourse(new EmailKey("step"), $"{place}", LastChange(total), [.. moments(Time).Select(at => Seen(total, Walk(at)))])
        );

    private static DateTimeOffset LastChange(Total total)
    {
        var at = Noon;
        while (at > Noon.AddDays(-10) && Seen(total, at) == Seen(total, at - Interval))
        {
            at -= Interval;
        }

        return at;
    }

    private static DateTimeOffset Walk(DateTimeOffset at) => Noon - (Interval * (long)Math.Ceiling((Noon - at) / Interval));

    private static long? Seen(Total total, DateTimeOffset at) => total(Now + (at - Noon).TotalHours) is { } clicks ? (long)clicks : null;
}
