using System.Text.RegularExpressions;
using Exporter.Engines;
using YamlDotNet.RepresentationModel;

namespace Exporter.Tests.Deploy;

/// <summary>Which of the rules mean the same in VictoriaMetrics, whose vmalert evaluates them.</summary>
/// <remarks>
/// vmalert sends off what a rule records and goes on: the rules after it in the group see what it recorded the last time
/// (https://docs.victoriametrics.com/victoriametrics/vmalert/#limitations). What stands on such rules needs Prometheus. Everything
/// else is held to the same tests.
/// </remarks>
public sealed partial class VictoriaMetricsTests
{
    /// <summary>With chains of rules that read what was recorded at the same moment.</summary>
    private static readonly string[] NeedPrometheus =
    [
        "SendGridAccountClicksLow",
        "SendGridAutomationStalled",
        "SendGridLinkClicksDropped",
        "SendGridLinkClicksStopped",
        "SendGridStepClicksStopped",
        "SendGridStepDeliveriesStalled",
    ];

    /// <summary>Without these it goes by the probes alone, which is half of what it has.</summary>
    private const string AlsoReadsVerdicts = "SendGridLinkTargetDown";

    /// <summary>With these words a document ends the list.</summary>
    private const string Needed = "need Prometheus itself";

    private static readonly string[] Documents =
    [
        "README.md",
        "deploy/prometheus/rules/README.md",
        "deploy/helm/sendgrid-exporter/README.md",
    ];

    public static TheoryData<string> RuleTestsThatPass => ["exporter", "freshness", "targets"];

    [Theory]
    [MemberData(nameof(RuleTestsThatPass))]
    public async Task Rules_that_stand_on_no_other_pass_their_tests_in_VictoriaMetrics(string file) =>
        Assert.Empty(await FailuresAsync(file));

    /// <summary>Should this list get shorter, vmalert has learned something, and the documents say too much.</summary>
    [Fact]
    public async Task Of_the_alerts_about_links_VictoriaMetrics_gets_no_verdict_of_clicks() =>
        Assert.Equal(
            ["SendGridLinkClicksDropped", "SendGridLinkClicksStopped"],
            (await FailuresAsync("links")).Order(StringComparer.Ordinal)
        );

    [Fact]
    public void An_alert_needs_Prometheus_when_what_it_reads_stands_on_a_rule_of_the_same_group()
    {
        var rules = (
            from file in RepositoryFiles.Rules
            from rule in RepositoryFiles.ReadYaml(file).Items("groups")
            from item in rule.Items("rules")
            let reads = PromQl.Parse(item.Text("expr")!).Selectors.Select(selector => selector.Metric).ToHashSet()
            select (Group: rule.Text("name"), Alert: item.Text("alert"), Record: item.Text("record"), Reads: reads)
        ).ToList();
        var recordedIn = rules.Where(rule => rule.Record is not null).ToLookup(rule => rule.Record!, rule => rule.Group);

        // What a rule of the same group has recorded comes late, and with it all that is made of it.
        var late = rules.Where(rule => rule.Reads.Any(name => recordedIn[name].Contains(rule.Group))).ToHashSet();
        while (rules.Where(rule => rule.Reads.Any(name => late.Any(other => other.Record == name))).Any(late.Add)) { }

        Assert.Equal(
            NeedPrometheus.Append(AlsoReadsVerdicts).Order(StringComparer.Ordinal),
            late.Select(rule => rule.Alert).OfType<string>().Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public void The_documents_say_which_alerts_need_Prometheus() =>
        Assert.All(
            Documents,
            document =>
            {
                var paragraph = RepositoryFiles
                    .Read(document)
                    .Split("\n\n")
                    .Single(text => text.Contains(Needed, StringComparison.Ordinal));
                var named = AlertName().Matches(paragraph.Split(Needed)[0]).Select(name => name.Value);

                Assert.Equal(NeedPrometheus, named.Order(StringComparer.Ordinal));
            }
        );

    /// <summary>Runs a file of tests, without those that count <c>ALERTS</c>: vmalert-tool gives some of them one label more.</summary>
    /// <returns>The alerts of which something else is told than was expected.</returns>
    private static async Task<IReadOnlySet<string>> FailuresAsync(string name)
    {
        var directory = Directory.CreateTempSubdirectory("vmalert-");
        try
        {
            var file = Path.Combine(directory.FullName, $"{name}.yml");
            var tests = ForVmalert(RepositoryFiles.ReadYaml($"deploy/prometheus/tests/{name}.yml"));
            await File.WriteAllTextAsync(file, tests, TestContext.Current.CancellationToken);
            var tool = Tool.From(EngineKind.VictoriaMetrics, "vmalert-tool");
            var (code, output, errors) = await tool.RunAsync("unittest", "--disableAlertgroupLabel", $"--files={file}");
            var said = output + errors;
            var failures = FailedAlert().Matches(said).Select(alert => alert.Groups["name"].Value).ToHashSet(StringComparer.Ordinal);
            Assert.True(code == 0 ? said.Contains("SUCCESS", StringComparison.Ordinal) && failures.Count == 0 : failures.Count > 0, said);
            return failures;
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static string ForVmalert(YamlMappingNode document)
    {
        document.Children["rule_files"] = new YamlSequenceNode(
            document.Items("rule_files").Select(file => new YamlScalarNode(Repository.PathTo($"deploy/prometheus/tests/{file}")))
        );
        foreach (var test in document.Items("tests").Cast<YamlMappingNode>())
        {
            var others = test.Items("promql_expr_test")
                .Where(query => !query.Text("expr")!.Contains("ALERTS", StringComparison.Ordinal))
                .ToList();
            test.Children.Remove("promql_expr_test");
            if (others.Count > 0)
            {
                test.Add("metricsql_expr_test", new YamlSequenceNode(others));
            }
        }

        using var text = new StringWriter();
        new YamlStream(new YamlDocument(document)).Save(text, assignAnchors: false);
        return text.ToString();
    }

    [GeneratedRegex("SendGrid[A-Za-z]+", RegexOptions.None, 1000)]
    private static partial Regex AlertName();

    [GeneratedRegex(@"alertname: (?<name>\w+), time:", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex FailedAlert();
}
