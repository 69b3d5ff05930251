using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Exporter.Tests.Deploy;
using Exporter.Tests.Exposition;
using Exporter.Tests.VirtualTime;

namespace Exporter.Tests.Dashboards;

/// <summary>Every query of every dashboard, asked of a real Prometheus that holds a simulated month.</summary>
[Collection(nameof(OnVirtualTime))]
public sealed partial class PanelsTests(MonthFixture fixture) : IClassFixture<MonthFixture>
{
    /// <summary>What Grafana puts in for its own variables over a week.</summary>
    private static readonly IReadOnlyList<KeyValuePair<string, string>> BuiltIn =
        [new("$__rate_interval", "20m"), new("$__interval", "30m"), new("$__range", "7d")];

    public static TheoryData<string> Files => [.. RepositoryFiles.Dashboards];

    [Theory]
    [MemberData(nameof(Files))]
    public async Task No_panel_is_empty(string file)
    {
        var dashboard = JsonNode.Parse(RepositoryFiles.Read(file))!;
        var empty = new List<string>();
        foreach (var panel in Dashboard.Panels(dashboard))
        {
            foreach (var target in panel["targets"]?.AsArray() ?? [])
            {
                var query = Filled(target!["expr"]!.GetValue<string>(), dashboard);
                var (inTheWeek, now) = await fixture.Recorded.CountAsync(query, TimeSpan.FromMinutes(30), TestContext.Current.CancellationToken);
                if ((target["instant"]?.GetValue<bool>() is true ? now : inTheWeek) == 0)
                {
                    empty.Add($"{panel["title"]} {target["refId"]}: {query}");
                }
            }
        }

        Assert.Empty(empty);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task No_variable_and_no_annotation_is_empty(string file)
    {
        var dashboard = JsonNode.Parse(RepositoryFiles.Read(file))!;
        var asked = Dashboard.VariableQueries(dashboard).Select(variable => (variable.Name, Query: $"count by ({variable.Label}) ({variable.Selector})"))
            .Concat(Dashboard.Annotations(dashboard).Select(annotation => (annotation.Name, annotation.Query)));
        var empty = new List<string>();
        foreach (var (name, text) in asked)
        {
            var query = Filled(text, dashboard);
            if (await fixture.Recorded.CountAsync(query, TimeSpan.FromMinutes(5), TestContext.Current.CancellationToken) is (0, _))
            {
                empty.Add($"{name}: {query}");
            }
        }

        Assert.Empty(empty);
    }

    [Fact]
    public void Rules_and_dashboards_name_only_what_is_on_a_live_page()
    {
        Assert.SkipWhen(fixture.Month.Account is null, "a month that is kept to be looked at has no label account");

        // Said by a program that was started with a file, keeps its state, and polls Single Sends; here it does none of it.
        string[] elsewhere =
            ["sendgrid_exporter_config_last_reload_successful", "sendgrid_exporter_web_config_last_reload_successful", "sendgrid_exporter_state_usable", "sendgrid_singlesend_"];
        var page = Samples.Parse(fixture.Month.Page).Keys.Select(series => Series().Match(series))
            .ToLookup(
                series => series.Groups["name"].Value,
                series => series.Groups["label"].Captures.Select(label => label.Value).ToHashSet(StringComparer.Ordinal),
                StringComparer.Ordinal);

        Assert.Empty(
            from use in Expressions.NamesInUse()
            where !elsewhere.Any(begin => use.Metric.StartsWith(begin, StringComparison.Ordinal)) && !use.File.StartsWith("deploy/prometheus/tests/", StringComparison.Ordinal)
            where !page[use.Metric].Any(use.Labels.IsSubsetOf)
            select $"{use.File}: {use.Metric}{{{string.Join(',', use.Labels)}}}");
    }

    /// <summary>A query as Grafana sends it when nothing was chosen, or where one must be chosen the automation with the dead link.</summary>
    private static string Filled(string query, JsonNode dashboard)
    {
        var values = dashboard["templating"]!["list"]!.AsArray().Select(variable => KeyValuePair.Create(
            $"${variable!["name"]}",
            variable["allValue"]?.GetValue<string>() is { Length: > 0 } all ? all
            : variable["current"]?["value"]?.GetValue<string>() is { Length: > 0 } current ? current
            : SimulatedMonth.WithTheDeadLink));
        return BuiltIn.Concat(values.OrderByDescending(value => value.Key.Length)).Aggregate(query, (text, value) => text.Replace(value.Key, value.Value, StringComparison.Ordinal));
    }

    [GeneratedRegex("""^(?<name>\w+)(\{((?<label>\w+)="([^"\\]|\\.)*",?)*\})?$""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Series();
}
