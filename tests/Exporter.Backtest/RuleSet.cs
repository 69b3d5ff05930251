using System.Globalization;
using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace Exporter.Backtest;

/// <summary>One rule of the shipped files.</summary>
/// <param name="Name">The series it records, or the alert.</param>
/// <param name="IsAlert">Whether it is an alert.</param>
/// <param name="Expression">As it stands in the file.</param>
/// <param name="Labels">Those it adds to a recorded series.</param>
/// <param name="Interval">
/// How often it is evaluated: as often as its group, but no more often than a trial is scraped. Between two scrapes there is nothing new to
/// see.
/// </param>
/// <param name="For">How long an alert's expression must have had a result, evaluation after evaluation, before it fires.</param>
/// <param name="KeepFiring">How long an alert goes on after its expression has had a result for the last time.</param>
internal sealed record Rule(
    string Name,
    bool IsAlert,
    string Expression,
    IReadOnlyDictionary<string, string> Labels,
    TimeSpan Interval,
    TimeSpan For,
    TimeSpan KeepFiring
);

/// <summary>The rule files in the order in which they can be evaluated over a stretch of time, one rule after the other.</summary>
internal static partial class RuleSet
{
    /// <summary>Group intervals when a group has none: Prometheus's own default.</summary>
    private static readonly TimeSpan DefaultInterval = TimeSpan.FromMinutes(1);

    /// <summary>In minutes: a day.</summary>
    private const double LongAgo = 1440;

    public static IReadOnlyList<Rule> Read(string directory) =>
        [.. Directory.EnumerateFiles(directory, "*.yml").Order(StringComparer.Ordinal).SelectMany(ReadFile)];

    /// <summary>
    /// The recording rules that the alerts need, directly or not, in levels: a rule of one level uses series of lower levels only.
    /// </summary>
    /// <exception cref="InvalidOperationException">Rules use each other in a circle.</exception>
    public static IReadOnlyList<IReadOnlyList<Rule>> Levels(IReadOnlyList<Rule> rules, IReadOnlyCollection<string> alerts)
    {
        var producers = rules.Where(rule => !rule.IsAlert).ToLookup(rule => rule.Name, StringComparer.Ordinal);
        var depths = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var alert in rules.Where(rule => rule.IsAlert && alerts.Contains(rule.Name, StringComparer.Ordinal)))
        {
            foreach (var name in Recorded(alert.Expression))
            {
                _ = Depth(name, []);
            }
        }

        return
        [
            .. depths
                .GroupBy(depth => depth.Value)
                .OrderBy(level => level.Key)
                .Select(level => (IReadOnlyList<Rule>)[.. level.SelectMany(depth => producers[depth.Key])]),
        ];

        int Depth(string name, IReadOnlyList<string> path)
        {
            if (path.Contains(name, StringComparer.Ordinal))
            {
                throw new InvalidOperationException($"{name} is made of itself: {string.Join(" → ", path)}");
            }

            if (!depths.TryGetValue(name, out var depth))
            {
                var sources = producers[name].SelectMany(rule => Recorded(rule.Expression)).Distinct(StringComparer.Ordinal);
                depth = sources.Select(source => 1 + Depth(source, [.. path, name])).DefaultIfEmpty(0).Max();
                depths.Add(name, depth);
            }

            return depth;
        }
    }

    /// <summary>
    /// The series that some expression looks back on for more than a day (<see cref="LongAgo"/>), and those that they are made of.
    /// </summary>
    public static IReadOnlySet<string> LookedBackOn(IReadOnlyList<Rule> rules)
    {
        var names = rules
            .SelectMany(rule => LookBack().Matches(rule.Expression))
            .Where(look => Minutes(look, "range") + Minutes(look, "offset") > LongAgo)
            .Select(look => look.Groups["name"].Value);
        var found = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>(names);
        while (open.TryPop(out var name))
        {
            if (found.Add(name))
            {
                foreach (var source in rules.Where(rule => rule.Name == name).SelectMany(rule => LookBack().Matches(rule.Expression)))
                {
                    open.Push(source.Groups["name"].Value);
                }
            }
        }

        return found;
    }

    private static IEnumerable<string> Recorded(string expression) =>
        RecordedName().Matches(expression).Select(match => match.Value).Distinct(StringComparer.Ordinal);

    private static IEnumerable<Rule> ReadFile(string file)
    {
        var yaml = new YamlStream();
        using (var reader = File.OpenText(file))
        {
            yaml.Load(reader);
        }

        foreach (var group in ((YamlSequenceNode)yaml.Documents[0].RootNode["groups"]).Children.Cast<YamlMappingNode>())
        {
            var groups = Text(group, "interval") is { } text ? Duration(text) : DefaultInterval;
            var interval = groups < Trial.Step ? Trial.Step : groups;
            foreach (var rule in ((YamlSequenceNode)group["rules"]).Children.Cast<YamlMappingNode>())
            {
                var labels = rule.Children.TryGetValue(new YamlScalarNode("labels"), out var node)
                    ? ((YamlMappingNode)node).Children.ToDictionary(
                        label => Scalar(label.Key),
                        label => Scalar(label.Value),
                        StringComparer.Ordinal
                    )
                    : [];
                var record = Text(rule, "record");
                yield return new(
                    record ?? Text(rule, "alert")!,
                    record is null,
                    Text(rule, "expr")!,
                    labels,
                    interval,
                    Duration(Text(rule, "for") ?? "0s"),
                    Duration(Text(rule, "keep_firing_for") ?? "0s")
                );
            }
        }
    }

    private static string? Text(YamlMappingNode node, string key) =>
        node.Children.TryGetValue(new YamlScalarNode(key), out var value) ? Scalar(value) : null;

    private static string Scalar(YamlNode node) => ((YamlScalarNode)node).Value!;

    private static TimeSpan Duration(string text)
    {
        var number = double.Parse(text.AsSpan(0, text.Length - 1), CultureInfo.InvariantCulture);
        return text[^1] switch
        {
            's' => TimeSpan.FromSeconds(number),
            'm' => TimeSpan.FromMinutes(number),
            'h' => TimeSpan.FromHours(number),
            'd' => TimeSpan.FromDays(number),
            _ => throw new FormatException($"\"{text}\" is no interval that is understood here."),
        };
    }

    private static double Minutes(Match look, string what) =>
        look.Groups[what].Value is not { Length: > 0 } text
            ? 0
            : int.Parse(text.AsSpan(0, text.Length - 1), CultureInfo.InvariantCulture)
                * text[^1] switch
                {
                    'w' => 10080,
                    'd' => 1440,
                    'h' => 60,
                    _ => 1,
                };

    [GeneratedRegex("sendgrid:[a-z0-9_:]+", RegexOptions.None, 1000)]
    private static partial Regex RecordedName();

    [GeneratedRegex(
        @"(?<name>sendgrid:[a-z0-9_:]+)(\{[^}]*\})?(\[(?<range>\d+[mhdw])\])?( offset (?<offset>\d+[mhdw]))?",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex LookBack();
}
