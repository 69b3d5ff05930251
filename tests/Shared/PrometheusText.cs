using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Exporter.Shared;

/// <summary>
/// A page in the text format 0.0.4, read more strictly than Prometheus does: HELP and TYPE before a family's samples, a family in one
/// piece, no sample twice, no timestamps, an end of line at the end.
/// </summary>
/// <param name="Types">The type of each family.</param>
/// <param name="Samples">The samples, in the order of the page.</param>
/// <param name="Series">The text of each value, by name and labels as the page writes them.</param>
internal sealed partial record PrometheusText(
    IReadOnlyDictionary<string, string> Types,
    IReadOnlyList<Sample> Samples,
    IReadOnlyDictionary<string, string> Series
)
{
    /// <summary>Milliseconds for one line.</summary>
    private const int Patience = 10_000;

    /// <summary>The most lines that are remembered.</summary>
    private const int MostLines = 20_000;

    /// <summary>The samples of lines. Most lines of a page are those of the page before.</summary>
    private static readonly ConcurrentDictionary<string, (Sample Sample, string Series, string Value)> Lines = new(StringComparer.Ordinal);

    public IEnumerable<Sample> this[string name] => Samples.Where(sample => sample.Name == name);

    /// <summary>The sum of what carries these labels; 0 without any.</summary>
    public double Sum(string name, params (string Label, string Value)[] labels) =>
        this[name].Where(sample => labels.All(l => sample.Labels.GetValueOrDefault(l.Label) == l.Value)).Sum(sample => sample.Value);

    public static PrometheusText Parse(string text)
    {
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        var types = new Dictionary<string, string>(StringComparer.Ordinal);
        var samples = new List<Sample>();
        var series = new Dictionary<string, string>(StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var family = "";
        var help = "";
        foreach (var line in text[..^1].Split('\n'))
        {
            if (!line.StartsWith('#'))
            {
                var (sample, name, value) = ReadLine(line);
                Assert.True(Belongs(sample.Name, family, types), $"not in the family {family}: {line}");
                Assert.True(seen.Add(sample.Id), $"twice: {line}");
                samples.Add(sample);
                series.Add(name, value);
            }
            else if (HelpLine().Match(line) is { Success: true } helpLine)
            {
                help = helpLine.Groups["name"].Value;
                Assert.False(types.ContainsKey(help), $"a second HELP, or a family in two pieces: {line}");
            }
            else
            {
                var typeLine = TypeLine().Match(line);
                Assert.True(typeLine.Success, $"neither HELP nor TYPE: {line}");
                family = typeLine.Groups["name"].Value;
                Assert.True(help == family, $"no HELP before: {line}");
                Assert.True(types.TryAdd(family, typeLine.Groups["type"].Value), $"a second TYPE: {line}");
            }
        }

        return new(types, samples, series);
    }

    private static (Sample Sample, string Series, string Value) ReadLine(string line)
    {
        if (Lines.TryGetValue(line, out var known))
        {
            return known;
        }

        var match = SampleLine().Match(line);
        Assert.True(match.Success, $"not a sample: {line}");
        var read = (ReadSample(match), match.Groups["series"].Value, match.Groups["value"].Value);
        if (Lines.Count >= MostLines)
        {
            Lines.Clear();
        }

        Lines[line] = read;
        return read;
    }

    private static Sample ReadSample(Match line)
    {
        var texts = line.Groups["text"].Captures;
        var labels = line.Groups["label"].Captures.Zip(texts, (label, text) => KeyValuePair.Create(label.Value, Unescape(text.Value)));
        return new(
            line.Groups["name"].Value,
            new Dictionary<string, string>(labels, StringComparer.Ordinal),
            Number(line.Groups["value"].Value)
        );
    }

    private static bool Belongs(string name, string family, Dictionary<string, string> types) =>
        types.TryGetValue(family, out var type)
        && (
            name == family
                ? type != "histogram"
                : type is "histogram" or "summary"
                    && name.StartsWith(family, StringComparison.Ordinal)
                    && name[family.Length..] is "_bucket" or "_sum" or "_count"
        );

    private static double Number(string text) =>
        text is "+Inf" ? double.PositiveInfinity : double.Parse(text, CultureInfo.InvariantCulture);

    private static string Unescape(string value) =>
        value.Contains('\\', StringComparison.Ordinal)
            ? EscapedCharacter().Replace(value, match => match.Value[1] == 'n' ? "\n" : match.Value[1..])
            : value;

    [GeneratedRegex("^# HELP (?<name>[a-zA-Z_:][a-zA-Z0-9_:]*) .+$", RegexOptions.None, Patience)]
    private static partial Regex HelpLine();

    [GeneratedRegex(
        "^# TYPE (?<name>[a-zA-Z_:][a-zA-Z0-9_:]*) (?<type>counter|gauge|histogram|summary|untyped)$",
        RegexOptions.None,
        Patience
    )]
    private static partial Regex TypeLine();

    [GeneratedRegex(
        """^(?<series>(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(\{((?<label>[a-zA-Z_][a-zA-Z0-9_]*)="(?<text>[^"\\]*(\\[\\"n][^"\\]*)*)"(,(?!\})|(?=\})))+\})?) (?<value>-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?|\+Inf|NaN)$""",
        RegexOptions.ExplicitCapture,
        Patience
    )]
    private static partial Regex SampleLine();

    [GeneratedRegex(@"\\.", RegexOptions.None, Patience)]
    private static partial Regex EscapedCharacter();
}
