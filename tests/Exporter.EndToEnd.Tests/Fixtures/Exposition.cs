using System.Globalization;
using System.Text.RegularExpressions;

namespace Exporter.EndToEnd.Fixtures;

/// <summary>A sample, wherever it was read.</summary>
internal sealed record Sample(string Name, IReadOnlyDictionary<string, string> Labels, double Value)
{
    /// <summary>Name and labels, in one order whatever the order they came in.</summary>
    public string Id { get; } =
        $"{Name}{{{string.Join(',', Labels.OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => $"{l.Key}={l.Value}"))}}}";

    public string this[string label] => Labels[label];
}

/// <summary>
/// A page in the text format 0.0.4, read more strictly than Prometheus does: HELP and TYPE before a family's samples, a family in one
/// piece, no sample twice, no timestamps, an end of line at the end.
/// </summary>
internal sealed partial record Exposition(IReadOnlyDictionary<string, string> Types, IReadOnlyList<Sample> Samples)
{
    /// <summary>Milliseconds for one line.</summary>
    private const int Patience = 10_000;

    public IEnumerable<Sample> this[string name] => Samples.Where(sample => sample.Name == name);

    /// <summary>The sum of what carries these labels; 0 without any.</summary>
    public double Sum(string name, params (string Label, string Value)[] labels) =>
        this[name].Where(sample => labels.All(l => sample.Labels.GetValueOrDefault(l.Label) == l.Value)).Sum(sample => sample.Value);

    public static Exposition Parse(string text)
    {
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        var types = new Dictionary<string, string>(StringComparer.Ordinal);
        var samples = new List<Sample>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var (family, help) = ("", "");
        foreach (var line in text[..^1].Split('\n'))
        {
            if (HelpLine().Match(line) is { Success: true } helpLine)
            {
                help = helpLine.Groups["name"].Value;
                Assert.False(types.ContainsKey(help), $"a second HELP, or a family in two pieces: {line}");
            }
            else if (TypeLine().Match(line) is { Success: true } typeLine)
            {
                family = typeLine.Groups["name"].Value;
                Assert.True(help == family, $"no HELP before: {line}");
                Assert.True(types.TryAdd(family, typeLine.Groups["type"].Value), $"a second TYPE: {line}");
            }
            else
            {
                var sample = ReadSample(line);
                Assert.True(Belongs(sample.Name, family, types), $"not in the family {family}: {line}");
                Assert.True(seen.Add(sample.Id), $"twice: {line}");
                samples.Add(sample);
            }
        }

        return new(types, samples);
    }

    private static Sample ReadSample(string line)
    {
        var match = SampleLine().Match(line);
        Assert.True(match.Success, $"not a sample: {line}");
        var labels = match
            .Groups["label"]
            .Captures.Zip(match.Groups["text"].Captures, (label, value) => KeyValuePair.Create(label.Value, Unescape(value.Value)));
        return new(
            match.Groups["name"].Value,
            new Dictionary<string, string>(labels, StringComparer.Ordinal),
            Number(match.Groups["value"].Value)
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
        text switch
        {
            "+Inf" => double.PositiveInfinity,
            "-Inf" => double.NegativeInfinity,
            _ => double.Parse(text, CultureInfo.InvariantCulture),
        };

    private static string Unescape(string value) =>
        EscapedCharacter().Replace(value, match => match.Value[1] == 'n' ? "\n" : match.Value[1..]);

    [GeneratedRegex("^# HELP (?<name>[a-zA-Z_:][a-zA-Z0-9_:]*) .+$", RegexOptions.None, Patience)]
    private static partial Regex HelpLine();

    [GeneratedRegex(
        "^# TYPE (?<name>[a-zA-Z_:][a-zA-Z0-9_:]*) (?<type>counter|gauge|histogram|summary|untyped)$",
        RegexOptions.None,
        Patience
    )]
    private static partial Regex TypeLine();

    [GeneratedRegex(
        """^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(\{((?<label>[a-zA-Z_][a-zA-Z0-9_]*)="(?<text>[^"\\]*(\\[\\"n][^"\\]*)*)"(,(?!\})|(?=\})))*\})? (?<value>[-+0-9.eEInfNa]+)$""",
        RegexOptions.ExplicitCapture,
        Patience
    )]
    private static partial Regex SampleLine();

    [GeneratedRegex(@"\\.", RegexOptions.None, Patience)]
    private static partial Regex EscapedCharacter();
}
