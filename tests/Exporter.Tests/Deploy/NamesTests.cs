using System.Text.Json;

namespace Exporter.Tests.Deploy;

/// <summary>
/// What rules, their tests and dashboards speak of. <see cref="Expressions.NamesInUse"/> is what a scrape is held against.
/// </summary>
public sealed class NamesTests
{
    [Fact]
    public void Names_are_found_in_rules_in_their_tests_and_in_dashboards() =>
        Assert.Equal(
            [
                "deploy/prometheus/rules/exporter.yml",
                "deploy/prometheus/tests/days.yml",
                "deploy/prometheus/tests/exporter.yml",
                "deploy/prometheus/tests/matrix.yml",
                "grafana/dashboards/exporter.json",
            ],
            Expressions
                .NamesInUse()
                .Where(use => use.Metric == "sendgrid_automation_poll_failures_total")
                .Select(use => use.File)
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal),
            StringComparer.Ordinal
        );

    [Fact]
    public void Labels_a_metric_is_selected_by_come_with_it() =>
        Assert.Contains(
            Expressions.NamesInUse(),
            use => use.Metric == "sendgrid_automation_link_info" && use.Labels.SetEquals(["account", "automation"])
        );

    [Fact]
    public void Labels_used_by_joins_legends_columns_and_annotations_are_found_with_their_metrics()
    {
        var labels = Expressions.LabelsInUse();

        Assert.Contains(labels, use => use.Label == "url" && use.Metrics.Contains("sendgrid_automation_link_info"));
        Assert.Contains(labels, use => use.Label == "reason" && use.Metrics.Contains("sendgrid_automation_poll_failures_total"));
        Assert.Contains(
            labels,
            use => use.Label == "automation" && use.File.StartsWith("deploy/prometheus/rules", StringComparison.Ordinal)
        );
    }

    [Fact]
    public void What_Prometheus_itself_adds_is_not_asked_of_the_exporter()
    {
        Assert.DoesNotContain(Expressions.NamesInUse(), use => use.Metric is "up" or "ALERTS" || use.Labels.Overlaps(["job", "instance"]));
        Assert.DoesNotContain(Expressions.LabelsInUse(), use => use.Label is "job" or "instance");
    }

    [Fact]
    public void Every_name_is_in_the_exporters_own_space_or_one_of_its_process() =>
        Assert.All(Expressions.NamesInUse(), use => Assert.Matches("^(sendgrid|process|dotnet)_[a-z_]+$", use.Metric));

    [Fact]
    public async Task Every_expression_is_understood_by_Prometheus()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllLinesAsync(
            file,
            [
                "groups: [{name: expressions, rules: [",
                .. Expressions.All.Select((expression, i) => $"{{record: 'expression:{i}', expr: {Quoted(expression.Text)}}},"),
                "]}]",
            ],
            TestContext.Current.CancellationToken
        );

        await Tool.Promtool.AssertSucceedsAsync("check", "rules", file);
        File.Delete(file);
    }

    /// <summary>A JSON string is a YAML string, line breaks and quotes included.</summary>
    private static string Quoted(string expression) =>
        JsonSerializer.Serialize(
            expression.Replace("$__rate_interval", "5m", StringComparison.Ordinal).Replace("$__range", "7d", StringComparison.Ordinal)
        );
}
