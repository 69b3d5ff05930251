using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace Exporter.Tests.Deploy;

/// <summary>A metric of the exporter's that a file uses, with the labels it selects it by.</summary>
internal sealed record NameInUse(string Metric, IReadOnlySet<string> Labels, string File);

/// <summary>A label that a file groups, joins or writes by: at least one of the metrics must have it.</summary>
internal sealed record LabelInUse(string Label, IReadOnlySet<string> Metrics, string File);

/// <summary>An expression, with the labels that are read from its result (legends, annotations, columns).</summary>
internal sealed record Expression(string Text, IReadOnlySet<string> ResultLabels, string File);

/// <summary>Every expression in rules, their tests and dashboards. What Prometheus itself or a blackbox_exporter adds is left out of the names.</summary>
internal static partial class Expressions
{
    private static readonly HashSet<string> MetricsOfPrometheus = new(StringComparer.Ordinal) { "up", "ALERTS", "ALERTS_FOR_STATE", "probe_success" };

    private static readonly HashSet<string> LabelsOfPrometheus = new(StringComparer.Ordinal) { "job", "instance", "__name__" };

    private static readonly HashSet<string> NoLabels = [];

    public static IReadOnlyList<Expression> All { get; } =
    [
        .. RepositoryFiles.Rules.SelectMany(InRules),
        .. RepositoryFiles.BackfillRules.SelectMany(InRules),
        .. RepositoryFiles.RuleTests.SelectMany(InRuleTests),
        .. RepositoryFiles.Dashboards.SelectMany(InDashboard),
    ];

    public static IReadOnlyList<NameInUse> NamesInUse() =>
    [
        .. from expression in All
           from selector in PromQl.Parse(expression.Text).Selectors
           where IsExported(selector.Metric)
           select new NameInUse(
               selector.Metric,
               selector.Matchers.Keys.Where(label => !LabelsOfPrometheus.Contains(label)).ToHashSet(StringComparer.Ordinal),
               expression.File),
    ];

    public static IReadOnlyList<LabelInUse> LabelsInUse() =>
    [
        .. from expression in All
           let query = PromQl.Parse(expression.Text)
           let metrics = query.Selectors.Select(selector => selector.Metric).Where(IsExported).ToHashSet(StringComparer.Ordinal)
           where metrics.Count > 0
           from label in query.GroupingLabels.Union(expression.ResultLabels, StringComparer.Ordinal)
           where !LabelsOfPrometheus.Contains(label)
           select new LabelInUse(label, metrics, expression.File),
    ];

    /// <summary>Recorded series carry a colon; the rules that make them are checked by what they are made of.</summary>
    private static bool IsExported(string metric) => !MetricsOfPrometheus.Contains(metric) && !metric.Contains(':', StringComparison.Ordinal);

    private static IEnumerable<Expression> InRules(string file) =>
        from rule in RepositoryFiles.ReadYaml(file).Items("groups").SelectMany(static @group => @group.Items("rules"))
        let annotations = (rule.Get("annotations") as YamlMappingNode)?.Children.Values.Select(static value => ((YamlScalarNode)value).Value) ?? []
        select new Expression(rule.Text("expr")!, Found(LabelInTemplate(), annotations), file);

    private static IEnumerable<Expression> InRuleTests(string file) =>
        from test in RepositoryFiles.ReadYaml(file).Items("tests")
        from text in test.Items("input_series").Select(static series => series.Text("series"))
            .Concat(test.Items("promql_expr_test").Select(static query => query.Text("expr")))
        select new Expression(text, NoLabels, file);

    private static IEnumerable<Expression> InDashboard(string file)
    {
        var dashboard = JsonNode.Parse(RepositoryFiles.Read(file))!;
        foreach (var variable in dashboard["templating"]!["list"]!.AsArray())
        {
            var text = (variable!["query"] as JsonObject)?["query"] ?? variable["query"];
            if (LabelValues().Match(text?.GetValue<string>() ?? "") is { Success: true } query)
            {
                yield return new Expression(query.Groups["selector"].Value, new HashSet<string>(StringComparer.Ordinal) { query.Groups["label"].Value }, file);
            }
        }

        foreach (var annotation in dashboard["annotations"]!["list"]!.AsArray().Where(static annotation => annotation!["expr"] is not null))
        {
            yield return new Expression(annotation!["expr"]!.GetValue<string>(), NoLabels, file);
        }

        foreach (var panel in Dashboard.Panels(dashboard))
        {
            foreach (var target in panel["targets"]?.AsArray() ?? [])
            {
                var labels = Found(LabelInLegend(), [target!["legendFormat"]?.GetValue<string>()]);
                labels.UnionWith(Dashboard.RenamedColumns(panel).Where(static column => SingleWord().IsMatch(column) && column != "Time"));
                yield return new Expression(target["expr"]!.GetValue<string>(), labels, file);
            }
        }
    }

    private static HashSet<string> Found(Regex label, IEnumerable<string?> texts) =>
        texts.SelectMany(text => label.Matches(text ?? "")).Select(static match => match.Groups["label"].Value).ToHashSet(StringComparer.Ordinal);

    [GeneratedRegex(@"\$labels\.(?<label>\w+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex LabelInTemplate();

    [GeneratedRegex(@"\{\{\s*(?<label>\w+)\s*\}\}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex LabelInLegend();

    [GeneratedRegex(@"^(?<label>\w+)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex SingleWord();

    [GeneratedRegex(@"^label_values\((?<selector>.+),\s*(?<label>\w+)\)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex LabelValues();
}
