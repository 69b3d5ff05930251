using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace Exporter.Tests.Deploy;

public sealed partial class DashboardTests
{
    private static readonly TimeSpan Generous = TimeSpan.FromMinutes(1);

    public static TheoryData<string> Files => [.. RepositoryFiles.Dashboards];

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_dashboard_keeps_the_rules(string file) => Assert.Empty(Dashboard.Problems(Load(file)));

    [Theory]
    [MemberData(nameof(Files))]
    public void A_dashboard_is_called_as_its_file(string file) =>
        Assert.Equal($"sendgrid-{Path.GetFileNameWithoutExtension(file)}", Load(file)["uid"]!.GetValue<string>());

    [Fact]
    public void There_are_three_of_them() =>
        Assert.Equal(
            ["grafana/dashboards/automation.json", "grafana/dashboards/exporter.json", "grafana/dashboards/overview.json"],
            RepositoryFiles.Dashboards,
            StringComparer.Ordinal
        );

    [Theory]
    [InlineData("target-job-rule")]
    [InlineData("target-instance-rule")]
    public void The_linter_is_told_to_leave_out_queries_of_recorded_series_and_nothing_else(string rule)
    {
        var exclusions = RepositoryFiles.ReadYaml("grafana/dashboards/.lint").Get("exclusions")!;
        var excluded = exclusions
            .Get(rule)!
            .Items("entries")
            .Select(entry => $"{entry.Text("dashboard")}: {entry.Text("panel")} {entry.Text("targetIdx")}");
        var needed =
            from dashboard in RepositoryFiles.Dashboards.Select(Load)
            from target in Dashboard.WithoutTarget(dashboard)
            select $"{dashboard["title"]}: {target.Panel} {target.Index}";

        Assert.Equal(needed.Order(StringComparer.Ordinal), excluded.Order(StringComparer.Ordinal), StringComparer.Ordinal);
        Assert.NotEmpty(exclusions.Get(rule)!.Text("reason")!);
        Assert.Equal(2, ((YamlMappingNode)exclusions).Children.Count);
    }

    /// <summary>An expression of its own took what was out of reach for what is new, and said 0 while the alert fired.</summary>
    [Fact]
    public void The_number_of_stale_automations_is_that_of_the_alerts() =>
        Assert.StartsWith(
            "count(ALERTS{alertname=\"SendGridStatsStale\", alertstate=\"firing\", ",
            Dashboard
                .Panels(Load("grafana/dashboards/overview.json"))
                .Single(panel => panel["title"]!.GetValue<string>() == "Stale automations")["targets"]![0]!["expr"]!.GetValue<string>(),
            StringComparison.Ordinal
        );

    /// <summary>
    /// Its row leads where the rule's <c>dashboard_url</c> does, with the same choices, and with all where that has none.
    /// </summary>
    [Fact]
    public async Task A_firing_alert_leads_to_the_dashboard_that_its_rule_names()
    {
        var panel = Dashboard
            .Panels(Load("grafana/dashboards/overview.json"))
            .Single(panel => panel["title"]!.GetValue<string>() == "Firing alerts");
        var query = panel["targets"]![0]!["expr"]!.GetValue<string>();
        foreach (var variable in (string[])["job", "instance", "account", "automation"])
        {
            query = query.Replace($"\"${variable}", variable == "account" ? "\".*" : "\".+", StringComparison.Ordinal);
        }

        var alerts = RepositoryFiles
            .Rules.SelectMany(file => RepositoryFiles.ReadYaml(file).Items("groups"))
            .SelectMany(group => group.Items("rules"))
            .Where(rule => rule.Text("alert") is not null)
            .Select(rule => (Name: rule.Text("alert")!, Url: rule.Get("annotations")!.Text("dashboard_url")!))
            .ToList();
        string[] lines =
        [
            "evaluation_interval: 1m",
            "tests:",
            "  - interval: 1m",
            "    input_series:",
            .. from alert in alerts
            let names = LabelInUrl().Matches(alert.Url).Select(label => label.Groups["name"].Value)
            let labels = string.Concat(names.Select(name => $", {name}=\"the {name}\""))
            from series in (string[])["ALERTS", "ALERTS_FOR_STATE"]
            select $"      - {{series: '{series}{{alertname=\"{alert.Name}\", alertstate=\"firing\"{labels}}}', values: 1x5}}",
            "    promql_expr_test:",
            "      - eval_time: 5m",
            "        expr: >-",
            $"          group by (alertname, board, var_automation, var_step_id, var_url_location) ({query})",
            "        exp_samples:",
            .. from alert in alerts
            let board = Regex.Match(alert.Url, "^d/(?<uid>[a-z-]+)", RegexOptions.None, Generous).Groups["uid"].Value
            let choices = string.Concat(
                from choice in ((string Variable, string Label)[])
                    [("automation", "automation"), ("step", "step_id"), ("link", "url_location")]
                let isChosen = alert.Url.Contains($"var-{choice.Variable}={{{{ $labels.{choice.Label} ", StringComparison.Ordinal)
                select $", var_{choice.Label}=\"{(isChosen ? $"the {choice.Label}" : "$__all")}\""
            )
            select $"          - {{labels: '{{alertname=\"{alert.Name}\", board=\"{board}\"{choices}}}', value: 1}}",
        ];

        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllLinesAsync(file, lines, TestContext.Current.CancellationToken);
            await Tool.Promtool.AssertSucceedsAsync("test", "rules", file);
        }
        finally
        {
            File.Delete(file);
        }

        var links = panel["fieldConfig"]!["overrides"]!
            .AsArray()
            .SelectMany(matched => matched!["properties"]!.AsArray())
            .Where(property => property!["id"]!.GetValue<string>() == "links")
            .Select(property => property!["value"]![0]!["url"]!.GetValue<string>());
        Assert.All(
            links,
            link =>
                Assert.Contains(
                    "&var-automation=${__data.fields.var_automation:percentencode}&var-step=${__data.fields.var_step_id:percentencode}"
                        + "&var-link=${__data.fields.var_url_location:percentencode}&",
                    link,
                    StringComparison.Ordinal
                )
        );
    }

    [Fact]
    public void The_alert_history_shows_each_severity_in_a_colour_of_its_own()
    {
        var history = Dashboard
            .Panels(Load("grafana/dashboards/automation.json"))
            .Single(panel => panel["title"]!.GetValue<string>() == "Alert history");
        var query = history["targets"]![0]!["expr"]!.GetValue<string>();
        var shortened = Regex.Match(query, "\"(?<name>SendGrid[^\"]+)\"\\)\\) \\*", RegexOptions.None, Generous).Groups["name"].Value;
        var colours = history["fieldConfig"]!["overrides"]!
            .AsArray()
            .Select(rule =>
                (
                    Names: new Regex(rule!["matcher"]!["options"]!.GetValue<string>().Trim('/'), RegexOptions.None, Generous),
                    Colour: rule["properties"]![0]!["value"]![0]!["options"]!["1"]!["color"]!.GetValue<string>()
                )
            )
            .ToList();

        Assert.All(
            RepositoryFiles
                .Rules.SelectMany(file => RepositoryFiles.ReadYaml(file).Items("groups"))
                .SelectMany(group => group.Items("rules"))
                .Where(rule => rule.Text("alert") is not null),
            rule =>
            {
                var name = Regex.Replace(rule.Text("alert")!, shortened, "$1", RegexOptions.None, Generous);
                string[] expected = rule.Get("labels")!.Text("severity") switch
                {
                    // The panel is red where nothing else is said.
                    "critical" => [],
                    "warning" => ["orange"],
                    _ => ["blue"],
                };
                Assert.Equal(expected, colours.Where(each => each.Names.IsMatch($"{name} welcome 1")).Select(each => each.Colour));
            }
        );
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_table_row_that_names_a_step_leads_to_the_drill_down_with_it(string file)
    {
        // A Single Send has no steps.
        var tables = Dashboard
            .Panels(Load(file))
            .Where(panel => panel["type"]!.GetValue<string>() == "table")
            .Where(table => table["targets"]!.ToJsonString().Contains("step_id", StringComparison.Ordinal));

        Assert.All(
            tables,
            table =>
            {
                var links = table["fieldConfig"]!["overrides"]!
                    .AsArray()
                    .SelectMany(matched => matched!["properties"]!.AsArray())
                    .Where(property => property!["id"]!.GetValue<string>() == "links")
                    .SelectMany(property => property!["value"]!.AsArray())
                    .Select(link => link!["url"]!.GetValue<string>())
                    .ToList();
                Assert.NotEmpty(links);
                Assert.All(
                    links,
                    link =>
                        Assert.Matches(
                            @"^/d/(sendgrid-automation|\$\{__data\.fields\.board\})\?.*&var-automation=\$\{.+\}.*&var-step=\$\{.+\}",
                            link
                        )
                );
            }
        );
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Alerts_changes_of_the_link_set_and_corrections_are_marked_in_every_chart(string file) =>
        Assert.Equal(
            ["Firing alerts", "Link set changed", "Correction"],
            Dashboard.Annotations(Load(file)).Select(annotation => annotation.Name),
            StringComparer.Ordinal
        );

    [Theory]
    [MemberData(nameof(Files))]
    public void Dashboards_lead_to_each_other(string file)
    {
        var link = Assert.Single(Load(file)["links"]!.AsArray())!;

        Assert.Equal(("dashboards", "sendgrid"), (link["type"]!.GetValue<string>(), link["tags"]![0]!.GetValue<string>()));
    }

    [Theory]
    [InlineData("editable", "true", "editable is not false")]
    [InlineData("schemaVersion", "36", "schemaVersion is not 39 to 42")]
    [InlineData("uid", "\"x\"", "uid or title is missing")]
    [InlineData("tags", "[]", "the tag sendgrid is missing")]
    [InlineData("time.from", "\"now-1h\"", "time is not {\"from\":\"now-7d\",\"to\":\"now\"}")]
    [InlineData("templating.list.0.type", "\"query\"", "variable datasource has the wrong type")]
    [InlineData("templating.list.0.query", "\"loki\"", "variable datasource does not offer Prometheus")]
    [InlineData("templating.list.1.query", "\"metrics(sendgrid_up)\"", "variable job is neither label_values nor query_result")]
    [InlineData("templating.list.1.label", "\"job\"", "variable job is missing or not labelled Job")]
    [InlineData("templating.list.2.multi", "false", "variable instance does not offer several and all (.+)")]
    [InlineData("templating.list.2.refresh", "1", "variable instance does not follow the time range and the data source")]
    [InlineData("templating.list.3.allValue", "\".+\"", "variable account does not offer several and all (.*)")]
    [InlineData("panels.1.id", "1", "panel id '1' is missing or used twice")]
    [InlineData("panels.1.type", "\"graph\"", "panel 2 'A' is of type graph")]
    [InlineData("panels.1.title", "\"\"", "panel 2 '' has no title")]
    [InlineData("panels.1.description", "\"\"", "panel 2 'A' has no description")]
    [InlineData("panels.1.description", "\"What A is.\"", "panel 2 'A' does not say what good looks like, and what to do otherwise")]
    [InlineData("panels.1.fieldConfig.defaults.unit", "null", "panel 2 'A' has no unit")]
    [InlineData("panels.1.fieldConfig.defaults.unit", "\"clicks\"", "panel 2 'A' has an unknown unit, clicks")]
    [InlineData("panels.1.targets", "[]", "panel 2 'A' has no targets, or two of one refId")]
    [InlineData("panels.1.datasource.uid", "\"prometheus\"", "panel 2 'A' is not bound to the chosen data source")]
    [InlineData("panels.1.targets.0.datasource.uid", "\"prometheus\"", "panel 2 'A' is not bound to the chosen data source")]
    [InlineData("panels.1.gridPos.w", "25", "panel 2 'A' leaves the grid")]
    [InlineData("panels.1.gridPos.y", "0", "panel 2 'A' overlaps panel 1 'Row'")]
    public void A_broken_dashboard_is_named(string path, string value, string problem)
    {
        var dashboard = Good("a{job=~\"$job\", instance=~\"$instance\"}");
        Set(dashboard, path, value);

        Assert.Equal(problem, Assert.Single(Dashboard.Problems(dashboard)));
    }

    [Theory]
    [InlineData("sendgrid_up{instance=~\"$instance\"}", "selects sendgrid_up whatever its job")]
    [InlineData("sendgrid_up{job=~\"$job\", instance=\"$instance\"}", "selects sendgrid_up whatever its instance")]
    [InlineData("sendgrid_up{J, account=\"main\"}", "selects sendgrid_up by an account that was not chosen")]
    [InlineData("rate(sendgrid_x_total{J}[5m])", "takes the rate of sendgrid_x_total over [5m]")]
    [InlineData("sum by (x) (increase(sendgrid_clicks{J}[1h]))", "takes the gauge sendgrid_clicks for a counter")]
    [InlineData("sendgrid_x_total{J}", "uses the counter sendgrid_x_total without rate or increase")]
    [InlineData("sum(sendgrid_x_total{J})", "uses the counter sendgrid_x_total without rate or increase")]
    [InlineData("sum by (job) (sendgrid_x_total{J})", "uses the counter sendgrid_x_total without rate or increase")]
    [InlineData("1 + sendgrid_x_total{J}", "uses the counter sendgrid_x_total without rate or increase")]
    public void A_broken_query_is_named(string query, string problem) =>
        Assert.Equal($"panel 2 'A' {problem}", Assert.Single(Dashboard.Problems(Good(WithTarget(query)))));

    [Theory]
    [InlineData("sum by (x) (rate(sendgrid_x_total{J}[$__rate_interval]))")]
    [InlineData("increase(sendgrid_x_total{J}[1h])")]
    [InlineData("clamp_min(delta(sendgrid_clicks{J}[1h]), 0)")]
    [InlineData("sendgrid:clicks:increase1h")]
    [InlineData("count(ALERTS{account=~\"$account\"})")]
    [InlineData("60 * sendgrid_clicks{J}")]
    public void A_good_query_is_let_through(string query) => Assert.Empty(Dashboard.Problems(Good(WithTarget(query))));

    [GeneratedRegex(@"\$labels\.(?<name>\w+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex LabelInUrl();

    private static string WithTarget(string query) =>
        query.Replace("J", "job=~\"$job\", instance=~\"$instance\"", StringComparison.Ordinal);

    private static JsonNode Load(string file) => JsonNode.Parse(RepositoryFiles.Read(file))!;

    /// <summary>The smallest dashboard without a problem.</summary>
    private static JsonNode Good(string query)
    {
        var dashboard = JsonNode.Parse(
            """
            {
              "uid": "sendgrid-a", "title": "A", "tags": ["sendgrid"], "schemaVersion": 39, "editable": false,
              "graphTooltip": 1, "refresh": "5m", "time": { "from": "now-7d", "to": "now" },
              "templating": { "list": [
                { "name": "datasource", "label": "Data source", "type": "datasource", "query": "prometheus" },
                { "name": "job", "label": "Job", "type": "query", "query": "label_values(sendgrid_up, job)", "multi": true, "includeAll": true, "allValue": ".+",
                  "refresh": 2, "datasource": { "uid": "${datasource}" } },
                { "name": "instance", "label": "Instance", "type": "query", "query": "label_values(sendgrid_up, instance)", "multi": true, "includeAll": true, "allValue": ".+",
                  "refresh": 2, "datasource": { "uid": "${datasource}" } },
                { "name": "account", "label": "Account", "type": "query", "query": "label_values(sendgrid_up, account)", "multi": true, "includeAll": true, "allValue": ".*",
                  "refresh": 2, "datasource": { "uid": "${datasource}" } }
              ] },
              "panels": [
                { "id": 1, "type": "row", "title": "Row", "gridPos": { "x": 0, "y": 0, "w": 24, "h": 1 } },
                { "id": 2, "type": "stat", "title": "A", "description": "What A is. Good: 0. Otherwise: look.", "gridPos": { "x": 0, "y": 1, "w": 24, "h": 1 },
                  "datasource": { "uid": "${datasource}" }, "fieldConfig": { "defaults": { "unit": "short" } },
                  "targets": [{ "refId": "A", "datasource": { "uid": "${datasource}" } }] }
              ]
            }
            """
        )!;
        dashboard["panels"]![1]!["targets"]![0]!["expr"] = query;
        return dashboard;
    }

    private static void Set(JsonNode node, string path, string value)
    {
        var keys = path.Split('.');
        foreach (var key in keys[..^1])
        {
            node = (node is JsonArray list ? list[int.Parse(key)] : node[key])!;
        }

        node[keys[^1]] = JsonNode.Parse(value);
    }
}
