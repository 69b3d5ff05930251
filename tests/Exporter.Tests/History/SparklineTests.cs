using CsCheck;
using Exporter.History;

namespace Exporter.Tests.History;

/// <summary>A small picture of a link's clicks shows what was gained, and where nothing is known.</summary>
public sealed class SparklineTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("a first sight is no gain", "0.5=100", "0 0 0 0")]
    [InlineData("before it nothing is known", "1.5=100 2.5=103", "- 0 3 0")]
    [InlineData("the value at the beginning counts", "-9=100 0.5=101 3.5=106", "1 0 0 5")]
    [InlineData("what is seen at the beginning belongs to what was before", "-9=100 0=107 0.1=108", "1 0 0 0")]
    [InlineData("what is seen at a border belongs to what ends there", "-9=100 1=107 4=108", "7 0 0 1")]
    [InlineData("a correction is no loss", "-9=100 0.5=90 1.5=95", "0 5 0 0")]
    [InlineData("gains and losses of one stretch", "-9=100 0.2=104 0.4=90 0.6=93", "7 0 0 0")]
    [InlineData("nothing is known while it is gone", "-9=100 0.5=101 0.6=gone", "1 - - -")]
    [InlineData("what it gained while it was gone is seen when it is back", "-9=100 0.5=gone 2.5=108", "0 - 8 0")]
    [InlineData("never seen", "", "- - - -")]
    [InlineData("what comes later is left out", "-9=100 4.1=200", "0 0 0 0")]
    public void Each_stretch_shows_what_was_gained(string why, string observations, string buckets)
    {
        var seen = observations.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Observed).ToList();

        Assert.Equal(
            buckets,
            string.Join(
                ' ',
                Sparkline.Buckets(seen, Noon, Noon.AddHours(4), 4).Select(gain => $"{gain}" is { Length: > 0 } number ? number : "-")
            ),
            StringComparer.Ordinal
        );
        Assert.NotEmpty(why);
    }

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

                    var buckets = Sparkline.Buckets(seen, Noon, Noon.AddMinutes(10_000), count);

                    return buckets.Length == count && buckets.Sum() == seen[^1].Value && buckets.All(gain => gain is >= 0);
                }
            );

    private static Observation Observed(string text)
    {
        var parts = text.Split('=');
        return new Observation(
            Noon.AddHours(double.Parse(parts[0], System.Globalization.CultureInfo.InvariantCulture)),
            parts[1] == "gone" ? null : long.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture)
        );
    }
}
