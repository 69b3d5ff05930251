using CsCheck;
using Exporter.History;

namespace Exporter.Tests.History;

/// <summary>A small picture of a link's clicks shows what was gained, and where nothing is known.</summary>
public sealed class SparklineTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Theory]
    [InlineData("a first sight is no gain", "0.5=100", "0 0 0 0")]
    [InlineData("before it nothing is known", "1.5=100 2.5=104", "- 2 2 0")]
    [InlineData("the value at the beginning counts", "-9=100 0.5=102 1.5=106", "3 2 0 0")]
    [InlineData("what is seen at the beginning belongs to what was before", "-9=100 0=107 0.1=108", "1 0 0 0")]
    [InlineData("what is seen at a border belongs to what ends there", "-9=100 1=107 4=108", "7 0 0 1")]
    [InlineData("one click counts where it was seen", "-9=100 0.5=101 3.5=102", "1 0 0 1")]
    [InlineData("after a rest a gain came since the last look", "-9=100 2.5=108", "0 4 4 0")]
    [InlineData("a correction is no loss", "-9=100 0.5=90 1.5=96", "3 3 0 0")]
    [InlineData("gains and losses of one stretch", "-0.5=100 0.5=104 0.6=90 0.8=93", "5 0 0 0")]
    [InlineData("nothing is known while it is gone", "-9=100 0.5=101 0.6=gone", "1 - - -")]
    [InlineData("what it gained while it was gone came since it was last seen", "-9=100 0.5=gone 2.5=109", "3 3 2 0")]
    [InlineData("what went and came back without a gain gained nothing", "-9=100 0.5=gone 2.5=100", "0 0 0 0")]
    [InlineData("never seen", "", "- - - -")]
    [InlineData("what comes later is left out", "-9=100 4.1=200", "0 0 0 0")]
    public void Each_stretch_shows_what_was_gained(string why, string observations, string buckets)
    {
        Assert.Equal(buckets, Shown(observations, known: 4), StringComparer.Ordinal);
        Assert.NotEmpty(why);
    }

    [Theory]
    [InlineData(4, "1 0 0 0")]
    [InlineData(2.5, "1 0 0 -")]
    [InlineData(2, "1 0 - -")]
    [InlineData(-1, "- - - -")]
    public void After_the_last_look_nothing_is_known(double known, string buckets) =>
        Assert.Equal(buckets, Shown("-9=100 0.5=101", known), StringComparer.Ordinal);

    [Fact]
    public void Whatever_the_stretches_a_growing_total_gains_its_growth() =>
        Gen.Select(Gen.Int[0, 10_000].List[0, 30], Gen.Int[1, 60])
            .Sample(
                (minutes, count) =>
                {
                    var seen = minutes
                        .Distinct()
                        .Order()
                        .Select(minute => new Observation(Noon.AddMinutes(minute), minute * 3L))
                        .Prepend(new Observation(Noon, 0))
                        .ToList();
                    var end = Noon.AddMinutes(10_000);

                    var buckets = Sparkline.Buckets(seen, Noon, end, count, end, Hour);

                    return buckets.Length == count && buckets.Sum() == seen[^1].Value && buckets.All(gain => gain is >= 0);
                }
            );

    /// <summary>Walks ten minutes apart and stretches of half an hour made the last stretch of a steady link up to half too high.</summary>
    [Fact]
    public void A_constant_rate_gives_a_flat_line_at_any_offset_and_any_spacing_of_observations() =>
        Gen.Select(Gen.Int[1, 60].List[60, 200], Gen.Int[0, 60], Gen.Int[1, 60], Gen.Bool)
            .Sample(
                (gaps, offset, count, isThinned) =>
                {
                    // A thousand clicks a minute; the first two walks are before the picture begins.
                    var minutes = gaps.Aggregate(new List<int> { -120, -offset }, (all, gap) => [.. all, all[^1] + gap]);
                    var length = TimeSpan.FromMinutes(minutes[^1]) / count;
                    var end = Noon.AddMinutes(minutes[^1]);
                    var from = end - (count * length);
                    var seen = minutes.ConvertAll(minute => new Observation(Noon.AddMinutes(minute), 120_000 + (minute * 1000L)));
                    var longest = TimeSpan.FromHours(2);
                    if (isThinned)
                    {
                        seen = [.. seen.GroupBy(each => Math.Ceiling((each.At - from) / length)).Select(step => step.Last())];
                        longest += 2 * length;
                    }

                    var buckets = Sparkline.Buckets(seen, from, end, count, end, longest);

                    return minutes[^1] <= 0 || buckets.All(gain => Math.Abs(gain!.Value - (length.TotalMinutes * 1000)) <= 1);
                }
            );

    private static string Shown(string observations, double known)
    {
        var seen = observations.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Observed).ToList();
        var buckets = Sparkline.Buckets(seen, Noon, Noon.AddHours(4), 4, Noon.AddHours(known), Hour);
        return string.Join(' ', buckets.Select(gain => gain is null ? "-" : $"{gain}"));
    }

    private static Observation Observed(string text)
    {
        var parts = text.Split('=');
        return new Observation(
            Noon.AddHours(double.Parse(parts[0], System.Globalization.CultureInfo.InvariantCulture)),
            parts[1] == "gone" ? null : long.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture)
        );
    }
}
