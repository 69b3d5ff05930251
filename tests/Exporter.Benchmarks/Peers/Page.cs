using System.Globalization;
using System.Text.RegularExpressions;

namespace Exporter.Benchmarks.Peers;

/// <summary>The exporter's own page, for the peers to show the same.</summary>
internal static partial class Page
{
    /// <summary>
    /// The families that are about SendGrid, each with its samples. What a library measures of itself is left to each of them.
    /// </summary>
    public static IEnumerable<(string Family, IReadOnlyList<(string[] Names, string[] Values, double Value)> Samples)> Read(string file) =>
        File.ReadLines(file)
            .Where(static line =>
                line.StartsWith("sendgrid_", StringComparison.Ordinal) && !line.StartsWith("sendgrid_api_", StringComparison.Ordinal)
            )
            .Select(static line => (Line: line, Labels: Label().Matches(line)))
            .Select(static sample =>
                (
                    Family: sample.Line[..sample.Line.AsSpan().IndexOfAny('{', ' ')],
                    Names: sample.Labels.Select(static label => label.Groups["name"].Value).ToArray(),
                    Values: sample.Labels.Select(static label => label.Groups["value"].Value).ToArray(),
                    Value: double.Parse(sample.Line.AsSpan(sample.Line.LastIndexOf(' ')), CultureInfo.InvariantCulture)
                )
            )
            .GroupBy(static sample => sample.Family, static sample => (sample.Names, sample.Values, sample.Value), StringComparer.Ordinal)
            .Select(static family => (family.Key, (IReadOnlyList<(string[], string[], double)>)[.. family]));

    /// <summary>The same as a page again, for the push gateway.</summary>
    public static void Write(string file, TextWriter output)
    {
        foreach (
            var line in File.ReadLines(file)
                .Where(static line =>
                    line.StartsWith("sendgrid_", StringComparison.Ordinal) && !line.StartsWith("sendgrid_api_", StringComparison.Ordinal)
                )
        )
        {
            output.Write(line);
            output.Write('\n');
        }
    }

    /// <summary>The load has no label value with a quote or a backslash.</summary>
    [GeneratedRegex("(?<name>[a-z_]+)=\"(?<value>[^\"]*)\"", RegexOptions.None, 10_000)]
    private static partial Regex Label();
}
