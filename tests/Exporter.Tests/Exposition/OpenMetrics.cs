using System.Globalization;
using System.Text.RegularExpressions;

namespace Exporter.Tests.Exposition;

/// <summary>
/// A strict reader of OpenMetrics 1.0 text, by the words of its specification: one <c># EOF</c> at the very end, TYPE and HELP once and
/// before the samples, families and metrics in one piece, the suffixes that the type demands, whole buckets in order, nothing twice.
/// </summary>
internal static partial class OpenMetrics
{
    private const int Patience = 10_000;

    /// <summary>Sample lines by name and labels, with their values as text.</summary>
    public static Dictionary<string, string> Parse(string text)
    {
        Assert.EndsWith("\n# EOF\n", text, StringComparison.Ordinal);
        var families = new List<Family>();
        foreach (var line in text[..^"# EOF\n".Length].TrimEnd('\n').Split('\n'))
        {
            Assert.NotEqual("# EOF", line);
            if (Descriptor().Match(line) is { Success: true } descriptor)
            {
                Describe(families, descriptor.Groups["keyword"].Value, descriptor.Groups["name"].Value, descriptor.Groups["rest"].Value);
                continue;
            }

            var sample = SampleLine().Match(line);
            Assert.True(sample.Success, $"not a sample: {line}");
            var family = families.LastOrDefault();
            Assert.True(family is { Type: not null }, $"no TYPE before: {line}");
            family.Samples.Add(new Sample(sample.Groups["name"].Value, sample.Groups["labels"].Value, sample.Groups["value"].Value));
        }

        Assert.All(families, Check);
        var samples = families.SelectMany(static family => family.Samples).ToList();
        Assert.Equal(samples.Count, samples.DistinctBy(static sample => sample.Name + sample.Labels).Count());
        return samples.ToDictionary(static sample => sample.Name + sample.Labels, static sample => sample.Value, StringComparer.Ordinal);
    }

    private static void Describe(List<Family> families, string keyword, string name, string rest)
    {
        if (families.LastOrDefault() is not { } family || family.Name != name)
        {
            Assert.DoesNotContain(families, known => known.Name == name);
            families.Add(family = new Family(name));
        }

        Assert.True(family.Samples.Count == 0, $"{keyword} of {name} after its samples");
        Assert.True(family.Described.Add(keyword), $"a second {keyword} of {name}");
        if (keyword == "TYPE")
        {
            Assert.Contains(rest, (string[])["gauge", "counter", "histogram", "summary", "info", "stateset", "unknown"]);
            family.Type = rest;
        }
        else
        {
            Assert.Matches("""^(?:[^"\\]|\\[\\"n])*$""", rest);
        }
    }

    private static void Check(Family family)
    {
        Assert.NotNull(family.Type);
        Assert.False(
            family.Type == "counter" && family.Name.EndsWith("_total", StringComparison.Ordinal),
            $"{family.Name}: _total belongs to the sample"
        );
        string[] suffixes = family.Type switch
        {
            "counter" => ["_total", "_created"],
            "histogram" => ["_bucket", "_count", "_sum", "_created"],
            _ => [""],
        };
        var metrics = new List<string>();
        foreach (var sample in family.Samples)
        {
            Assert.StartsWith(family.Name, sample.Name, StringComparison.Ordinal);
            Assert.Contains(sample.Name[family.Name.Length..], suffixes);
            if (family.Type is "counter" or "histogram")
            {
                Assert.True(double.Parse(sample.Value, CultureInfo.InvariantCulture) >= 0, $"{sample.Name} is negative or not a number");
            }

            var metric = WithoutBound(sample);
            if (metrics.LastOrDefault() != metric)
            {
                Assert.DoesNotContain(metric, metrics);
                metrics.Add(metric);
            }
        }

        if (family.Type == "histogram")
        {
            Assert.All(family.Samples.GroupBy(WithoutBound), CheckHistogram);
        }
    }

    private static void CheckHistogram(IGrouping<string, Sample> metric)
    {
        var buckets = metric.Where(static sample => sample.Name.EndsWith("_bucket", StringComparison.Ordinal)).ToList();
        var bounds = buckets.Select(static bucket => Number(BucketBound().Match(bucket.Labels).Groups["le"].Value)).ToList();
        var counts = buckets.Select(static bucket => Number(bucket.Value)).ToList();
        Assert.Equal(double.PositiveInfinity, bounds[^1]);
        Assert.Equal(bounds.Order(), bounds);
        Assert.Equal(counts.Order(), counts);
        Assert.Equal(
            counts[^1],
            Number(Assert.Single(metric, static sample => sample.Name.EndsWith("_count", StringComparison.Ordinal)).Value)
        );
        Assert.Single(metric, static sample => sample.Name.EndsWith("_sum", StringComparison.Ordinal));
    }

    private static string WithoutBound(Sample sample) => BucketBound().Replace(sample.Labels.Trim('{', '}'), "");

    private static double Number(string text) =>
        text == "+Inf" ? double.PositiveInfinity : double.Parse(text, CultureInfo.InvariantCulture);

    private sealed record Sample(string Name, string Labels, string Value);

    private sealed record Family(string Name)
    {
        public string? Type { get; set; }

        public HashSet<string> Described { get; } = [];

        public List<Sample> Samples { get; } = [];
    }

    [GeneratedRegex("^# (?<keyword>TYPE|HELP|UNIT) (?<name>[a-zA-Z_:][a-zA-Z0-9_:]*) (?<rest>.*)$", RegexOptions.ExplicitCapture, Patience)]
    private static partial Regex Descriptor();

    [GeneratedRegex(
        """^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(?<labels>\{[a-zA-Z_]\w*="(?:[^"\\\n]|\\[\\"n])*"(?:,[a-zA-Z_]\w*="(?:[^"\\\n]|\\[\\"n])*")*\})? (?<value>-?[0-9.]+(?:[eE][+-]?[0-9]+)?|[+-]Inf|NaN)$""",
        RegexOptions.ExplicitCapture,
        Patience
    )]
    private static partial Regex SampleLine();

    [GeneratedRegex("""(^|[{,])le="(?<le>[^"]*)["]""", RegexOptions.ExplicitCapture, Patience)]
    private static partial Regex BucketBound();
}
