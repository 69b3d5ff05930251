using System.Text.RegularExpressions;

namespace Exporter.Tests.Exposition;

/// <summary>
/// A strict reader of the text format 0.0.4: HELP and TYPE stand before a family's samples, a family stands together, no sample stands
/// twice. What it accepts, Prometheus accepts.
/// </summary>
internal static partial class Samples
{
    /// <summary>Sample lines by name and labels, with their values as text.</summary>
    public static Dictionary<string, string> Parse(string text)
    {
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        var samples = new Dictionary<string, string>(StringComparer.Ordinal);
        var families = new HashSet<string>(StringComparer.Ordinal);
        string? helped = null,
            family = null;
        foreach (var line in text.TrimEnd('\n').Split('\n'))
        {
            if (line.StartsWith("# HELP ", StringComparison.Ordinal))
            {
                helped = line.Split(' ', 4)[2];
                continue;
            }

            if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
            {
                family = line.Split(' ', 4)[2];
                Assert.Equal(helped, family);
                Assert.True(families.Add(family), $"{family} stands in two places");
                continue;
            }

            var sample = Sample().Match(line);
            Assert.True(sample.Success, $"not a sample: {line}");
            Assert.NotNull(family);
            Assert.StartsWith(family, sample.Groups["name"].Value, StringComparison.Ordinal);
            Assert.True(
                samples.TryAdd(sample.Groups["name"].Value + sample.Groups["labels"].Value, sample.Groups["value"].Value),
                $"twice: {line}"
            );
        }

        return samples;
    }

    [GeneratedRegex(
        """^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(?<labels>\{[a-zA-Z_]\w*="(?:[^"\\\n]|\\[\\"n])*"(?:,[a-zA-Z_]\w*="(?:[^"\\\n]|\\[\\"n])*")*\})? (?<value>-?[0-9.]+(?:[eE][+-]?[0-9]+)?|\+Inf|NaN)$""",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex Sample();
}
