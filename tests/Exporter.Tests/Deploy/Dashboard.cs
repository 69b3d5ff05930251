using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Exporter.Tests.Deploy;

/// <summary>What every dashboard of the project keeps to; most of it is what Grafana's dashboard linter asks for.</summary>
internal static partial class Dashboard
{
    private static readonly HashSet<string> PanelTypes = new(StringComparer.Ordinal)
    {
        "stat",
        "timeseries",
        "table",
        "bargauge",
        "state-timeline",
        "row",
        "text",
    };

    /// <summary>Of Grafana's units those that the dashboards need; any other is a slip of the pen.</summary>
    private static readonly HashSet<string> Units = new(StringComparer.Ordinal)
    {
        "short",
        "locale",
        "percentunit",
        "s",
        "bytes",
        "dateTimeAsIso",
    };

    /// <summary>Panels in order, with those of collapsed rows.</summary>
    public static IEnumerable<JsonNode> Panels(JsonNode dashboard) =>
        dashboard["panels"]!.AsArray().SelectMany(static panel => (panel!["panels"]?.AsArray() ?? []).Prepend(panel)).OfType<JsonNode>();

    /// <summary>What the queries of the variables select, and the label that they show.</summary>
    public static IEnumerable<(string Name, string Selector, string Label)> VariableQueries(JsonNode dashboard) =>
        from variable in dashboard["templating"]!["list"]!.AsArray()
        let query = LabelValues().Match(Text((variable["query"] as JsonObject)?["query"] ?? variable["query"]))
        where query.Success
        select (Text(variable["name"]), query.Groups["selector"].Value, query.Groups["label"].Value);

    public static IEnumerable<(string Name, string Query)> Annotations(JsonNode dashboard) =>
        from annotation in dashboard["annotations"]!["list"]!.AsArray()
        where annotation["expr"] is not null
        select (Text(annotation["name"]), Text(annotation["expr"]));

    /// <summary>
    /// Queries that cannot be narrowed to a job and an instance, by panel and place in it: what <c>.lint</c> must exclude.
    /// </summary>
    public static IEnumerable<(string Panel, string Index)> WithoutTarget(JsonNode dashboard) =>
        from panel in Panels(dashboard)
        from target in (panel["targets"]?.AsArray() ?? []).Index()
        where PromQl.Parse(Text(target.Item?["expr"])).Selectors.Any(static selector => HasNoTarget(selector.Metric))
        select (Text(panel["title"]), target.Index.ToString(CultureInfo.InvariantCulture));

    public static IEnumerable<string> RenamedColumns(JsonNode panel) =>
        from transformation in panel["transformations"]?.AsArray() ?? []
        where transformation["id"]!.GetValue<string>() == "organize"
        from column in transformation["options"]!["renameByName"]!.AsObject()
        select column.Key;

    /// <summary>Everything that is wrong with a dashboard, in words.</summary>
    public static IEnumerable<string> Problems(JsonNode dashboard) =>
        DashboardProblems(dashboard)
            .Concat(VariableProblems(dashboard))
            .Concat(GridProblems(dashboard))
            .Concat(Panels(dashboard).SelectMany(PanelProblems));

    private static IEnumerable<string> DashboardProblems(JsonNode dashboard)
    {
        (string Key, string Expected)[] fixedValues =
        [
            ("editable", "false"),
            ("graphTooltip", "1"),
            ("refresh", "5m"),
            ("time", """{"from":"now-7d","to":"now"}"""),
        ];
        foreach (var (key, expected) in fixedValues)
        {
            if (Text(dashboard[key]) != expected)
            {
                yield return $"{key} is not {expected}";
            }
        }

        if (dashboard["schemaVersion"]?.GetValue<int>() is not (>= 39 and <= 42))
        {
            yield return "schemaVersion is not 39 to 42";
        }

        if (!Text(dashboard["uid"]).StartsWith("sendgrid-", StringComparison.Ordinal) || Text(dashboard["title"]).Length == 0)
        {
            yield return "uid or title is missing";
        }

        if (!(dashboard["tags"]?.AsArray() ?? []).Any(static tag => Text(tag) == "sendgrid"))
        {
            yield return "the tag sendgrid is missing";
        }

        foreach (
            var id in Panels(dashboard)
                .GroupBy(static panel => Text(panel["id"]), StringComparer.Ordinal)
                .Where(static ids => ids.Key.Length == 0 || ids.Count() > 1)
        )
        {
            yield return $"panel id '{id.Key}' is missing or used twice";
        }
    }

    private static IEnumerable<string> VariableProblems(JsonNode dashboard)
    {
        var variables = dashboard["templating"]!["list"]!
            .AsArray()
            .OfType<JsonNode>()
            .ToDictionary(static variable => Text(variable["name"]), StringComparer.Ordinal);
        foreach (
            var (name, label) in new[] { ("datasource", "Data source"), ("job", "Job"), ("instance", "Instance"), ("account", "Account") }
        )
        {
            if (Text(variables.GetValueOrDefault(name)?["label"]) != label)
            {
                yield return $"variable {name} is missing or not labelled {label}";
            }
        }

        if (Text(variables.GetValueOrDefault("datasource")?["query"]) != "prometheus")
        {
            yield return "variable datasource does not offer Prometheus";
        }

        foreach (var (name, variable) in variables)
        {
            var type = name switch
            {
                "datasource" => "datasource",
                "window" => "custom",
                _ => "query",
            };
            if (Text(variable["type"]) != type)
            {
                yield return $"variable {name} has the wrong type";
            }
            else if (type == "query")
            {
                // `account` may be absent from the series: only .* matches a label that is not there.
                var all = name == "account" ? ".*" : ".+";
                var isSingle = name == "automation" && Text(variable["multi"]) == "false" && Text(variable["includeAll"]) == "false";
                if (
                    !isSingle
                    && (Text(variable["multi"]) != "true" || Text(variable["includeAll"]) != "true" || Text(variable["allValue"]) != all)
                )
                {
                    yield return $"variable {name} does not offer several and all ({all})";
                }

                if (Text(variable["refresh"]) != "2" || Text(variable["datasource"]?["uid"]) != "${datasource}")
                {
                    yield return $"variable {name} does not follow the time range and the data source";
                }

                if (!VariableQueries(dashboard).Any(query => query.Name == name))
                {
                    yield return $"variable {name} is neither label_values nor query_result";
                }
            }
        }
    }

    private static IEnumerable<string> GridProblems(JsonNode dashboard)
    {
        var taken = new Dictionary<(int X, int Y), string>();
        foreach (var panel in dashboard["panels"]!.AsArray())
        {
            var (x, y, w, h) = (Side(panel!, "x"), Side(panel!, "y"), Side(panel!, "w"), Side(panel!, "h"));
            if (x < 0 || y < 0 || w < 1 || h < 1 || x + w > 24)
            {
                yield return $"{Name(panel!)} leaves the grid";
            }

            var overlapped = (
                from column in Enumerable.Range(x, w)
                from line in Enumerable.Range(y, h)
                where !taken.TryAdd((column, line), Name(panel!))
                select taken[(column, line)]
            ).Distinct(StringComparer.Ordinal);
            foreach (var other in overlapped)
            {
                yield return $"{Name(panel!)} overlaps {other}";
            }
        }
    }

    private static IEnumerable<string> PanelProblems(JsonNode panel)
    {
        var type = Text(panel["type"]);
        if (!PanelTypes.Contains(type))
        {
            yield return $"{Name(panel)} is of type {type}";
        }

        if (Text(panel["title"]).Length == 0)
        {
            yield return $"{Name(panel)} has no title";
        }

        if (type == "row")
        {
            yield break;
        }

        if (Text(panel["description"]).Length == 0)
        {
            yield return $"{Name(panel)} has no description";
        }

        if (type == "text")
        {
            yield break;
        }

        if (Text(panel["description"]) is { Length: > 0 } description && !Advice().IsMatch(description))
        {
            yield return $"{Name(panel)} does not say what good looks like, and what to do otherwise";
        }

        foreach (var unit in UnitsOf(panel).Where(static unit => !Units.Contains(unit)))
        {
            yield return $"{Name(panel)} has {(unit.Length == 0 ? "no unit" : $"an unknown unit, {unit}")}";
        }

        var targets = panel["targets"]?.AsArray() ?? [];
        if (
            targets.Count == 0
            || targets.Select(static target => Text(target!["refId"])).Distinct(StringComparer.Ordinal).Count() != targets.Count
        )
        {
            yield return $"{Name(panel)} has no targets, or two of one refId";
        }

        if (targets.Append(panel).Any(static node => Text(node!["datasource"]?["uid"]) != "${datasource}"))
        {
            yield return $"{Name(panel)} is not bound to the chosen data source";
        }

        foreach (var problem in targets.SelectMany(static target => QueryProblems(Text(target!["expr"]))))
        {
            yield return $"{Name(panel)} {problem}";
        }
    }

    /// <summary>The panel's own and those of single columns and series.</summary>
    private static IEnumerable<string> UnitsOf(JsonNode panel) =>
        (
            from matched in panel["fieldConfig"]?["overrides"]?.AsArray() ?? []
            from property in matched["properties"]!.AsArray()
            where Text(property["id"]) == "unit"
            select Text(property["value"])
        ).Prepend(Text(panel["fieldConfig"]?["defaults"]?["unit"]));

    private static IEnumerable<string> QueryProblems(string query)
    {
        foreach (var selector in PromQl.Parse(query).Selectors.Where(static selector => !HasNoTarget(selector.Metric)))
        {
            foreach (var label in new[] { "job", "instance" })
            {
                if (selector.Matchers.GetValueOrDefault(label) != $"=~\"${label}\"")
                {
                    yield return $"selects {selector.Metric} whatever its {label}";
                }
            }

            if (selector.Matchers.TryGetValue("account", out var account) && account != "=~\"$account\"")
            {
                yield return $"selects {selector.Metric} by an account that was not chosen";
            }
        }

        foreach (var call in Calls().Matches(query).Cast<Match>())
        {
            var (function, metric, window) = (call.Groups["function"].Value, call.Groups["metric"].Value, call.Groups["window"].Value);
            var isCounter = CounterName().IsMatch(metric);
            var isOverCounters = function is "rate" or "irate" or "increase";
            if (isCounter != isOverCounters)
            {
                yield return isCounter ? $"uses the counter {metric} without rate or increase" : $"takes the gauge {metric} for a counter";
            }

            if (function is "rate" or "irate" && window != "[$__rate_interval]")
            {
                yield return $"takes the rate of {metric} over {window}";
            }
        }
    }

    /// <summary>Recorded series (with a colon) have dropped job and instance, what Prometheus says of alerts never had them.</summary>
    private static bool HasNoTarget(string metric) =>
        metric.Contains(':', StringComparison.Ordinal) || metric is "ALERTS" or "ALERTS_FOR_STATE";

    private static int Side(JsonNode panel, string side) => panel["gridPos"]?[side]?.GetValue<int>() ?? -1;

    private static string Name(JsonNode panel) => $"panel {Text(panel["id"])} '{Text(panel["title"])}'";

    private static string Text(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<string>(out var text) ? text : node?.ToJsonString() ?? "";

    /// <summary>
    /// The two ways in which a variable gets its values. Of a query's result the label is the first that its pattern names.
    /// </summary>
    [GeneratedRegex(
        @"^(label_values\((?<selector>.+),\s*(?<label>\w+)\)|query_result\((?<selector>.+)\))$",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex LabelValues();

    /// <summary>How a panel's text ends: somebody who has never seen the panel knows whether to worry, and what to do next.</summary>
    [GeneratedRegex(@" Good: .+ Otherwise: .+[.?]$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Advice();

    /// <summary>A metric with the call right around it, if any.</summary>
    [GeneratedRegex(
        @"(?<function>\w*)\s*(^|\(|(?<![\w$""]))(?<metric>(sendgrid|process|dotnet)_\w+)(\{[^}]*\})?(?<window>\[[^\]]*\])?",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex Calls();

    [GeneratedRegex("_(total|count|sum|bucket)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex CounterName();
}
