using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Exporter.Tests.Deploy;

/// <summary>What every dashboard of the project keeps to; most of it is what Grafana's dashboard linter asks for.</summary>
internal static partial class Dashboard
{
    private static readonly HashSet<string> PanelTypes =
        new(StringComparer.Ordinal) { "stat", "timeseries", "table", "bargauge", "state-timeline", "row", "text" };

    /// <summary>Panels in order, with those of collapsed rows.</summary>
    public static IEnumerable<JsonNode> Panels(JsonNode dashboard) =>
        dashboard["panels"]!.AsArray().SelectMany(static panel => (panel!["panels"]?.AsArray() ?? []).Prepend(panel)).OfType<JsonNode>();

    public static IEnumerable<string> RenamedColumns(JsonNode panel) =>
        from transformation in panel["transformations"]?.AsArray() ?? []
        where transformation["id"]!.GetValue<string>() == "organize"
        from column in transformation["options"]!["renameByName"]!.AsObject()
        select column.Key;

    /// <summary>Everything that is wrong with a dashboard, in words.</summary>
    public static IEnumerable<string> Problems(JsonNode dashboard) =>
        DashboardProblems(dashboard).Concat(VariableProblems(dashboard)).Concat(GridProblems(dashboard))
            .Concat(Panels(dashboard).SelectMany(PanelProblems));

    private static IEnumerable<string> DashboardProblems(JsonNode dashboard)
    {
        (string Key, string Expected)[] fixedValues =
        [
            ("editable", "false"), ("graphTooltip", "1"), ("refresh", "5m"), ("time", """{"from":"now-7d","to":"now"}"""),
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

        foreach (var id in Panels(dashboard).GroupBy(static panel => Text(panel["id"]), StringComparer.Ordinal).Where(static ids => ids.Key.Length == 0 || ids.Count() > 1))
        {
            yield return $"panel id '{id.Key}' is missing or used twice";
        }
    }

    private static IEnumerable<string> VariableProblems(JsonNode dashboard)
    {
        var variables = dashboard["templating"]!["list"]!.AsArray().OfType<JsonNode>()
            .ToDictionary(static variable => Text(variable["name"]), StringComparer.Ordinal);
        foreach (var (name, label) in new[] { ("datasource", "Data source"), ("job", "Job"), ("instance", "Instance"), ("account", "Account") })
        {
            if (Text(variables.GetValueOrDefault(name)?["label"]) != label)
            {
                yield return $"variable {name} is missing or not labelled {label}";
            }
        }

        foreach (var (name, variable) in variables)
        {
            var isSource = name == "datasource";
            if (Text(variable["type"]) != (isSource ? "datasource" : "query"))
            {
                yield return $"variable {name} has the wrong type";
            }
            else if (!isSource)
            {
                // `account` may be absent from the series: only .* matches a label that is not there.
                var all = name == "account" ? ".*" : ".+";
                if (Text(variable["multi"]) != "true" || Text(variable["includeAll"]) != "true" || Text(variable["allValue"]) != all)
                {
                    yield return $"variable {name} does not offer several and all ({all})";
                }

                if (Text(variable["refresh"]) != "2" || Text(variable["datasource"]?["uid"]) != "${datasource}")
                {
                    yield return $"variable {name} does not follow the time range and the data source";
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

            var overlapped = (from column in Enumerable.Range(x, w)
                              from line in Enumerable.Range(y, h)
                              where !taken.TryAdd((column, line), Name(panel!))
                              select taken[(column, line)]).Distinct(StringComparer.Ordinal);
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

        if (Text(panel["fieldConfig"]?["defaults"]?["unit"]).Length == 0)
        {
            yield return $"{Name(panel)} has no unit";
        }

        var targets = panel["targets"]?.AsArray() ?? [];
        if (targets.Count == 0 || targets.Select(static target => Text(target!["refId"])).Distinct(StringComparer.Ordinal).Count() != targets.Count)
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

    private static IEnumerable<string> QueryProblems(string query)
    {
        // Recorded series (with a colon) have dropped job and instance.
        foreach (var selector in PromQl.Parse(query).Selectors.Where(static selector => !selector.Metric.Contains(':', StringComparison.Ordinal)))
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

    private static int Side(JsonNode panel, string side) => panel["gridPos"]?[side]?.GetValue<int>() ?? -1;

    private static string Name(JsonNode panel) => $"panel {Text(panel["id"])} '{Text(panel["title"])}'";

    private static string Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : node?.ToJsonString() ?? "";

    /// <summary>A metric with the call right around it, if any.</summary>
    [GeneratedRegex(@"(?<function>\w*)\s*(^|\(|(?<![\w$""]))(?<metric>(sendgrid|process|dotnet)_\w+)(\{[^}]*\})?(?<window>\[[^\]]*\])?", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Calls();

    [GeneratedRegex("_(total|count|sum|bucket)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex CounterName();
}
