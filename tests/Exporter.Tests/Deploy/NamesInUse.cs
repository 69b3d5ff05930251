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

/// <summary>
/// Every expression in rules, their tests and dashboards. What Prometheus itself or a blackbox_exporter adds is left out of the names.
/// </summary>
internal static partial class Expressions
{
    private static readonly HashSet<string> MetricsOfPrometheus = new(StringComparer.Ordinal)
    {
        "up",
        "scrape_duration_seconds",
        "scrape_samples_scraped",
        "ALERTS",
        "ALERTS_FOR_STATE",
        "probe_success",
    };

    private static readonly HashSet<string> LabelsOfPrometheus = new(StringComparer.Ordinal)
    {
        "job",
        "instance",
        "__name__",
        "alertname",
        "alertstate",
        "severity",
    };

    /// <summary>Given by the rules to what they record; nothing that is exported has them.</summary>
    private static readonly HashSet<string> LabelsOfRules = new(StringComparer.Ordinal) { "window", "reference" };

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
                expression.File
            ),
        ];

    public static IReadOnlyList<LabelInUse> LabelsInUse() =>
        [
            .. from expression in All
            let query = PromQl.Parse(expression.Text)
            let selected = query.Selectors.Select(selector => selector.Metric).ToList()
            where selected.Exists(IsExported)
            let metrics = selected.Select(WithItsLabels).Where(IsExported).ToHashSet(StringComparer.Ordinal)
            from label in query.GroupingLabels.Union(expression.ResultLabels, StringComparer.Ordinal)
            where
                !LabelsOfPrometheus.Contains(label)
                && !(LabelsOfRules.Contains(label) && query.Selectors.Any(static selector => IsRecorded(selector.Metric)))
                && !MadeLabel().Matches(expression.Text).Any(made => made.Groups["label"].Value == label)
            select new LabelInUse(label, metrics, expression.File),
        ];

    /// <summary>What the rules record of links has the labels of the links, and so have their alerts.</summary>
    private static string WithItsLabels(string metric) =>
        metric == "ALERTS" || metric.StartsWith("sendgrid:link_clicks:", StringComparison.Ordinal)
            ? "sendgrid_automation_link_clicks"
            : metric;

    /// <summary>Recorded series carry a colon; the rules that make them are checked by what they are made of.</summary>
    private static bool IsExported(string metric) => !MetricsOfPrometheus.Contains(metric) && !IsRecorded(metric);

    private static bool IsRecorded(string metric) => metric.Contains(':', StringComparison.Ordinal);

    private static IEnumerable<Expression> InRules(string file) =>
        from rule in RepositoryFiles.ReadYaml(file).Items("groups").SelectMany(static @group => @group.Items("rules"))
        let annotations = (rule.Get("annotations") as YamlMappingNode)?.Children.Values.Select(static value =>
            ((YamlScalarNode)value).Value
        ) ?? []
        select new Expression(rule.Text("expr")!, Found(LabelInTemplate(), annotations), file);

    private static IEnumerable<Expression> InRuleTests(string file) =>
        from test in RepositoryFiles.ReadYaml(file).Items("tests")
        from text in test.Items("input_series")
            .Select(static series => series.Text("series"))
            .Concat(test.Items("promql_expr_test").Select(static query => query.Text("expr")))
        select new Expression(text, NoLabels, file);

    private static IEnumerable<Expression> InDashboard(string file)
    {
        var dashboard = JsonNode.Parse(RepositoryFiles.Read(file))!;
        foreach (var (_, selector, label) in Dashboard.VariableQueries(dashboard))
        {
            yield return new Expression(
                selector,
                label.Length > 0 ? new HashSet<string>(StringComparer.Ordinal) { label } : NoLabels,
                file
            );
        }

        foreach (var (_, query) in Dashboard.Annotations(dashboard))
        {
            yield return new Expression(query, NoLabels, file);
        }

        foreach (var panel in Dashboard.Panels(dashboard))
        {
            var targets = panel["targets"]?.AsArray() ?? [];
            foreach (var target in targets)
            {
                yield return new Expression(
                    target!["expr"]!.GetValue<string>(),
                    Found(LabelInLegend(), [target["legendFormat"]?.GetValue<string>()]),
                    file
                );
            }

            // Columns may come from any of the queries.
            var columns = Dashboard
                .RenamedColumns(panel)
                .Where(static column => SingleWord().IsMatch(column) && column is not ("Time" or "Value"));
            if (columns.ToHashSet(StringComparer.Ordinal) is { Count: > 0 } labels)
            {
                yield return new Expression(string.Join(" or ", targets.Select(static target => $"({target!["expr"]})")), labels, file);
            }
        }
    }

    private static HashSet<string> Found(Regex label, IEnumerable<string?> texts) =>
        texts
            .SelectMany(text => label.Matches(text ?? ""))
            .Select(static match => match.Groups["label"].Value)
            .ToHashSet(StringComparer.Ordinal);

    [GeneratedRegex(@"\$labels\.(?<label>\w+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex LabelInTemplate();

    [GeneratedRegex(@"\{\{\s*(?<label>\w+)\s*\}\}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex LabelInLegend();

    [GeneratedRegex(@"^(?<label>\w+)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex SingleWord();

    /// <summary>A label that the query itself makes, by label_replace or label_join.</summary>
    [GeneratedRegex("""\s"(?<label>\w+)", "[^"]*", "\w+"[,)]""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex MadeLabel();
}
