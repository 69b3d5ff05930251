using System.Text.RegularExpressions;
using Exporter.Exposition.Families;
using Exporter.Telemetry;
using Exporter.Tests.Deploy;
using Prometheus;

namespace Exporter.Tests.Exposition;

/// <summary>What the documents, rules and dashboards say of metrics is what the code has.</summary>
public sealed partial class MetricsDocumentTests
{
    private static readonly Dictionary<string, (string Type, string Labels)> Known = Catalogue
        .All.Select(family =>
            (family.Name, Type: family.Type == MetricType.Counter ? "counter" : "gauge", Labels: string.Join(", ", family.Labels))
        )
        .Concat(new Instruments().All.Select(own => (own.Name, Type: TypeOf(own), Labels: string.Join(", ", own.LabelNames))))
        .ToDictionary(family => family.Name, family => (family.Type, family.Labels));

    [Fact]
    public void METRICS_md_lists_every_family_with_its_type_and_labels()
    {
        var documented = Row()
            .Matches(File.ReadAllText(Repository.PathTo("src/Exporter/METRICS.md")))
            .SelectMany(row =>
                Expand(row.Groups["name"].Value).Select(name => (name, row.Groups["type"].Value, row.Groups["labels"].Value))
            )
            .ToDictionary(row => row.name, row => (row.Item2, row.Item3));

        Assert.Equal(
            Known
                .OrderBy(family => family.Key, StringComparer.Ordinal)
                .Select(family => $"{family.Key} {family.Value.Type} {family.Value.Labels}"),
            documented
                .OrderBy(family => family.Key, StringComparer.Ordinal)
                .Select(family => $"{family.Key} {family.Value.Item1} {family.Value.Item2}")
        );
    }

    [Fact]
    public void Rules_and_dashboards_name_only_metrics_and_labels_that_are_exported() =>
        Assert.Empty(
            from use in Expressions.NamesInUse()
            where use.Metric.StartsWith("sendgrid_", StringComparison.Ordinal)
            let labels = LabelsOf(use.Metric)
            where labels is null || !use.Labels.IsSubsetOf(labels)
            select $"{use.File}: {use.Metric}{{{string.Join(',', use.Labels)}}}"
        );

    [Fact]
    public void Labels_that_rules_and_dashboards_group_by_are_exported() =>
        Assert.Empty(
            from use in Expressions.LabelsInUse()
            where use.Metrics.All(metric => metric.StartsWith("sendgrid_", StringComparison.Ordinal))
            where !use.Metrics.Any(metric => LabelsOf(metric)?.Contains(use.Label) == true)
            select $"{use.File}: {use.Label} of {string.Join(", ", use.Metrics)}"
        );

    /// <summary>A histogram is used by its series, which end in _bucket, _sum and _count.</summary>
    private static HashSet<string>? LabelsOf(string metric)
    {
        var family = HistogramSeries().Replace(metric, "");
        return Known.TryGetValue(metric, out var known) || (Known.TryGetValue(family, out known) && known.Type == "histogram")
            ? [.. known.Labels.Split(", "), .. metric.EndsWith("_bucket", StringComparison.Ordinal) ? ["le"] : Array.Empty<string>()]
            : null;
    }

    private static string TypeOf(Collector own) =>
        own switch
        {
            Counter => "counter",
            Gauge => "gauge",
            Histogram => "histogram",
            _ => throw new InvalidOperationException(own.Name),
        };

    /// <summary><c>a_{b,c}</c> is <c>a_b</c> and <c>a_c</c>.</summary>
    private static IEnumerable<string> Expand(string name) =>
        name.Split('{') is [var prefix, var names] ? names.TrimEnd('}').Split(',').Select(each => prefix + each) : [name];

    [GeneratedRegex(
        @"^\| `(?<name>sendgrid_[a-z_{},]+)` \| (?<type>\w+) \| (?<labels>[a-z_, ]*?) ?\|",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex Row();

    [GeneratedRegex("_(bucket|sum|count)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex HistogramSeries();
}
